/**
 * Sites on Cloudflare Pages: a project's own, and one a chat. Source: SprintSolo.dev, 0.1 and 3.2; of names that lead to a
 * branch or a deployment: https://developers.cloudflare.com/pages/how-to/custom-branch-aliases/ and
 * https://developers.cloudflare.com/pages/configuration/preview-deployments/#preview-aliases
 */
import { type Chat, liveBranch, pagesLimits } from './cloudflare.ts';
import { domainOf, stageName } from './names.ts';
import type { Placement } from './placement.ts';
import { slugIn } from './planned-services.ts';
import { aliasOf, type RecordRequest } from './records.ts';

export interface PlannedSite {
  /** Name of the Pages project, the same in the whole account. */
  name: string;
  productionBranch: string;
  /** What its other branches are: previews of the site, or each the site of a chat. */
  branches: 'previews' | 'chats';
  buildCommand?: string;
  destination?: string;
  domains: string[];
  records: RecordRequest[];
  /** Chats of it that visitors get an earlier deployment of, by its short id. */
  pinned?: { chat: string; deployment: string }[];
}

/** All sites that the stack has of a project. */
export function plannedSites(placement: Placement): PlannedSite[] {
  const { project, only } = placement;
  return [
    ...(project.pages && !only ? [ownSite(placement, project.pages)] : []),
    ...(project.chats?.layout === 'project'
      ? placement.chats.filter(isThere).map((one) => chatSite(placement, one))
      : []),
    ...(project.chats?.layout === 'branch' ? sharedSites(placement) : []),
  ];
}

function ownSite(placement: Placement, pages: NonNullable<Placement['project']['pages']>): PlannedSite {
  const { project, stage, cloudflare } = placement;
  const { base, host = project.name } = project.domain;
  const { subdomain, buildCommand, destination, productionBranch } = pages;
  const domain = domainOf({ base, host, kind: 'project', ...(subdomain !== undefined && { subdomain }) }, stage);
  const name = subdomain === undefined ? slugIn(placement) : `${slugIn(placement)}-${subdomain}`;
  return {
    name,
    productionBranch,
    branches: 'previews',
    ...(buildCommand !== undefined && { buildCommand }),
    destination,
    domains: [domain],
    records: aliasOf(cloudflare, domain, `${name}.pages.dev`),
  };
}

const isThere = ({ removed }: Chat): boolean => !removed;

function chatDomains({ project, stage }: Placement, { id, customDomain }: Chat): [string, ...string[]] {
  const base = project.chats?.base ?? project.domain.base;
  return [domainOf({ base, host: id, kind: 'project' }, stage), ...(customDomain === undefined ? [] : [customDomain])];
}

/** `sprint-abc123-1764547200`; outside of production with the stage behind it, since an account has one of each name. */
function chatSite(placement: Placement, one: Chat): PlannedSite {
  const { project, stage, cloudflare } = placement;
  const suffix = stage.environment === 'production' ? '' : `-${stageName(stage)}`;
  const name = `${project.chats?.prefix}-${one.id}-${one.created}${suffix}`;
  const domains = chatDomains(placement, one);
  return {
    name,
    productionBranch: liveBranch,
    branches: 'previews',
    domains,
    records: domains.flatMap((domain) => aliasOf(cloudflare, domain, `${name}.pages.dev`)),
  };
}

/**
 * Chats fill one shared project after the other, in the order in which they were asked for. One that is removed keeps its
 * place, so that no other chat ever moves.
 */
function sharedSites(placement: Placement): PlannedSite[] {
  const { cloudflare } = placement;
  const shared: { chats: Chat[]; domains: number }[] = [];
  const inOrder = [...placement.chats].sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  for (const one of inOrder) {
    const needs = chatDomains(placement, one).length;
    const last = shared.at(-1);
    if (last && last.domains + needs <= pagesLimits.domainsPerProject) {
      last.chats.push(one);
      last.domains += needs;
    } else shared.push({ chats: [one], domains: needs });
  }
  return shared.map(({ chats }, index) => {
    const name = `${slugIn(placement)}-${index + 1}`;
    const there = chats.filter(isThere);
    const pinned = there.flatMap(({ id, deployment }) => (deployment === undefined ? [] : [{ chat: id, deployment }]));
    return {
      name,
      productionBranch: liveBranch,
      branches: 'chats',
      domains: there.flatMap((one) => chatDomains(placement, one)),
      // Pages serves the newest deployment of each branch, and every deployment, below the project's own name.
      records: there.flatMap((one) => {
        const target = `${one.deployment ?? one.id}.${name}.pages.dev`;
        return chatDomains(placement, one).flatMap((domain) => aliasOf(cloudflare, domain, target));
      }),
      ...(pinned.length > 0 && { pinned }),
    };
  });
}
