/** Whose preview a thing is. */
import { stageOf } from '../../policy/stage.ts';
import type { Project } from '../../stacks/project.ts';
import type { Found, Preview } from './found.ts';
import { isBelowProjects, literal, previewOfHost } from './host-name.ts';

/** Undefined for what is no preview's, or not certainly one's: that is protected. */
export function previewOf(thing: Found, projects: readonly Project[]): Preview | undefined {
  const preview = byName(thing, projects);
  if (!preview || !('owner' in thing) || thing.owner === undefined) return preview;
  const owner = ofStack(thing.owner.replace(/^.*\//, ''), projects);
  return owner && isSame(owner, preview) ? preview : undefined;
}

export function isSame(one: Preview, other: Preview): boolean {
  return one.project === other.project && one.pullRequest === other.pullRequest;
}

function byName(thing: Found, projects: readonly Project[]): Preview | undefined {
  const { name } = thing;
  switch (thing.kind) {
    case 'stack':
      return ofStack(name, projects);
    case 'workload':
    case 'folder':
    case 'units':
    case 'site':
    case 'network':
      return ofSlug(name, projects);
    case 'pod':
      return name.startsWith('project-') ? ofSlug(name.slice('project-'.length), projects) : undefined;
    case 'lease':
      return ofSlug(name.replace(/\/.*$/, ''), projects);
    case 'container':
      return ofPart(name, projects, 'always');
    case 'volume':
      return ofPart(name, projects, 'perhaps');
    case 'certificate':
      return previewOfHost(name, projects);
    case 'record':
      return ofStack(thing.owner.replace(/^.*\//, ''), projects);
    case 'environment':
      return ofSlug(`${thing.project}-${name}`, projects);
    case 'bucket':
      return ofSlug(name, projects);
    case 'API token':
      return ofSlug(/^codeb (.*)-(?:bucket|sites)$/.exec(name)?.[1] ?? '', projects);
    case 'pages project':
      return ofPagesProject(thing, projects);
    case 'DNS record':
      return ofDnsRecord(thing, projects);
  }
}

function ofStack(stack: string, projects: readonly Project[]): Preview | undefined {
  const stage = stageOf(stack, projects);
  return stage.kind === 'preview' ? { project: stage.project, pullRequest: stage.pullRequest } : undefined;
}

/** `shop-pr-7`, and `shop-shared-pr-7` of its shared databases. */
function ofSlug(slug: string, projects: readonly Project[]): Preview | undefined {
  return ofStack(slug.replace(/-shared(?=-pr-\d+$)/, ''), projects);
}

/**
 * `shop-pr-7-api`. A name belongs to the project with the longest name that it begins with: what `shop-pr-1-admin` has in
 * production is no preview of `shop`.
 */
function ofPart(name: string, projects: readonly Project[], part: 'always' | 'perhaps'): Preview | undefined {
  const [project] = projects
    .map((one) => one.name)
    .filter((own) => name === own || name.startsWith(`${own}-`))
    .sort((a, b) => b.length - a.length);
  if (project === undefined) return undefined;
  const rest = /^(?:-shared)?-pr-([1-9]\d{0,9})(-.+)?$/.exec(name.slice(project.length));
  if (!rest || (part === 'always' && rest[2] === undefined)) return undefined;
  return { project, pullRequest: Number(rest[1]) };
}

/** A site by the chat can be called like a preview by chance; its domains tell. */
function ofPagesProject({ name, domains }: { name: string; domains: readonly string[] }, projects: readonly Project[]) {
  const preview = ofPagesName(name, projects);
  const own = domains.filter((domain) => isBelowProjects(domain, projects));
  const agrees = own.every((domain) => {
    const other = previewOfHost(domain, projects);
    return preview && other && isSame(preview, other);
  });
  return agrees ? preview : undefined;
}

/** `shop-pr-7`, `shop-pr-7-docs` or `sprint-abc123-1764547200-pr-7`: stacks/planned-sites.ts. */
function ofPagesName(name: string, projects: readonly Project[]): Preview | undefined {
  const byChat = projects.flatMap(({ name: project, chats }) => {
    if (!chats) return [];
    const pattern = new RegExp(`^${literal(chats.prefix)}-[a-z0-9-]+-\\d+-pr-([1-9]\\d{0,9})$`);
    const pullRequest = pattern.exec(name)?.[1];
    return pullRequest === undefined ? [] : [{ project, pullRequest: Number(pullRequest) }];
  });
  const found = [ofPart(name, projects, 'perhaps'), ...byChat].filter((one) => one !== undefined);
  return found.length === 1 ? found[0] : undefined;
}

const pagesSuffix = '.pages.dev';

/** A record of a site leads to its Pages project, whose name has to agree with the record's own. */
function ofDnsRecord({ name, content }: { name: string; content: string }, projects: readonly Project[]) {
  const own = previewOfHost(name, projects);
  if (!content.endsWith(pagesSuffix)) return own;
  const target = ofPagesName(content.slice(0, -pagesSuffix.length).replace(/^.*\./, ''), projects);
  if (!target) return undefined;
  if (own) return isSame(own, target) ? own : undefined;
  return isBelowProjects(name, projects) ? undefined : target;
}
