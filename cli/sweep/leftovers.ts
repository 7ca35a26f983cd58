/** Which previews go, and why: decided from what was found and from the pull requests that are open, without asking anybody. */
import type { Project } from '../../stacks/project.ts';
import { type Found, nameOf, type Preview } from './found.ts';
import { previewOf } from './preview-of.ts';

/** Of one project. */
export type PullRequests =
  | { readonly kind: 'known'; readonly open: ReadonlySet<number> }
  /** Nobody could tell; then everything of the project stays. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface Given {
  readonly found: readonly Found[];
  readonly projects: readonly Project[];
  readonly pullRequests: ReadonlyMap<string, PullRequests>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** `stacks/environments.ts`; without it a preview lives as long as its pull request. */
  readonly lifetime: { readonly hours: number; readonly atMost: number } | undefined;
}

export interface Verdict extends Preview {
  readonly verdict: Stays | Goes;
  readonly why: string;
  readonly things: readonly Found[];
}

type Stays = 'stays';
/** The pull request is closed; the preview is too old; the project has too many. */
type Goes = 'closed' | 'too old' | 'too many';

export interface Leftovers {
  readonly previews: readonly Verdict[];
  /** What bears the mark of a preview and is not certainly one's: nobody touches it. */
  readonly unmatched: readonly Found[];
}

export function leftovers(given: Given): Leftovers {
  const unmatched: Found[] = [];
  const groups = new Map<string, Preview & { things: Found[] }>();
  for (const thing of given.found) {
    const preview = previewOf(thing, given.projects);
    if (!preview) {
      unmatched.push(thing);
      continue;
    }
    const name = nameOf(preview);
    const group = groups.get(name) ?? { ...preview, things: [] };
    groups.set(name, group);
    group.things.push(thing);
  }
  const single = [...groups.values()].map((group): Verdict => ({ ...group, ...judged(group, given) }));
  const tooMany = overTheCap(single, given);
  const previews = single.map((one) => (tooMany.has(one) ? { ...one, ...excess(given) } : one));
  return { previews: previews.sort(byName), unmatched };
}

type Judgement = Pick<Verdict, 'verdict' | 'why'>;

function judged({ project, pullRequest, things }: Preview & { things: Found[] }, given: Given): Judgement {
  const known = given.pullRequests.get(project);
  if (known?.kind !== 'known') {
    const reason = known?.reason ?? 'nobody asked';
    return { verdict: 'stays', why: `whether pull request ${pullRequest} is open is not known: ${reason}` };
  }
  if (!known.open.has(pullRequest)) return { verdict: 'closed', why: `pull request ${pullRequest} is not open` };
  const at = lastChange(things);
  const hours = at === undefined ? 0 : (given.now - at) / (3600 * 1000);
  if (given.lifetime && hours > given.lifetime.hours) {
    const why = `last changed ${Math.floor(hours)} hours ago, expected at most ${given.lifetime.hours}`;
    return { verdict: 'too old', why };
  }
  return { verdict: 'stays', why: `pull request ${pullRequest} is open` };
}

/** Undefined where no part of it tells. */
function lastChange(things: readonly Found[]): number | undefined {
  const times = things.flatMap(({ at }) => at ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Of each project the oldest of those that run, beyond what it may have; one whose age nobody knows counts as new. */
function overTheCap(previews: readonly Verdict[], { pullRequests, lifetime }: Given): ReadonlySet<Verdict> {
  if (!lifetime) return new Set();
  const running = previews.filter(
    ({ verdict, project, things }) =>
      verdict === 'stays' && pullRequests.get(project)?.kind === 'known' && things.some(isRunning),
  );
  const newestFirst = running.sort(
    (a, b) => (lastChange(b.things) ?? Infinity) - (lastChange(a.things) ?? Infinity) || b.pullRequest - a.pullRequest,
  );
  const projects = new Set(newestFirst.map(({ project }) => project));
  return new Set(
    [...projects].flatMap((project) =>
      newestFirst.filter((preview) => preview.project === project).slice(lifetime.atMost),
    ),
  );
}

/** A certificate or an environment alone is no preview that takes anybody's place. */
function isRunning({ kind }: Found): boolean {
  return kind === 'stack' || kind === 'workload' || kind === 'pages project';
}

function excess({ lifetime }: Given): Judgement {
  return { verdict: 'too many', why: `of more than ${lifetime?.atMost} previews of the project one of the oldest` };
}

function byName(one: Preview, other: Preview): number {
  return one.project.localeCompare(other.project) || one.pullRequest - other.pullRequest;
}
