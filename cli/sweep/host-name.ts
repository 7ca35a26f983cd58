/** Host names of previews: `stacks/names.ts`, `domainOf`, read backwards. */
import type { Project } from '../../stacks/project.ts';
import type { Preview } from './found.ts';

const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const number = String.raw`pr-([1-9]\d{0,9})`;

/** Undefined for a name that is none of a preview's, or that could be of two. */
export function previewOfHost(host: string, projects: readonly Project[]): Preview | undefined {
  if (projects.some((project) => isCustomDomain(host, project))) return undefined;
  const found = projects.flatMap((project) => {
    const numbers = patternsOf(project).flatMap((pattern) => pattern.exec(host)?.[1] ?? []);
    return numbers.slice(0, 1).map((pullRequest) => ({ project: project.name, pullRequest: Number(pullRequest) }));
  });
  return found.length === 1 ? found[0] : undefined;
}

/** Whether a name is in a domain that some project derives its names from. */
export function isBelowProjects(host: string, projects: readonly Project[]): boolean {
  return projects
    .flatMap(({ domain, chats }) => [domain.base, ...(chats ? [chats.base] : [])])
    .some((base) => host === base || host.endsWith(`.${base}`));
}

/** A name that its owner chose says nothing of a stage. */
function isCustomDomain(host: string, { environments }: Project): boolean {
  return Object.values(environments).some((deployment) => deployment?.customDomains.includes(host));
}

function patternsOf({ name, system, domain: { base, host = name }, chats }: Project): RegExp[] {
  const own = host === '@' ? base : `${host}.${base}`;
  return [
    new RegExp(`^(?:${label}\\.)?${number}${system ? '-' : '\\.'}${literal(own)}$`),
    ...(chats ? [new RegExp(`^${number}\\.${label}\\.${literal(chats.base)}$`)] : []),
  ];
}

export function literal(text: string): string {
  return text.replaceAll(/[^\w]/g, String.raw`\$&`);
}
