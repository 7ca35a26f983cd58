import { isNamed, sameName } from './access.ts';
import { now } from './clock.ts';
import type { Seed, SeedIssue, SeedRepository } from './seed.ts';
import { sowActivity } from './sow-activity.ts';
import type { Repository } from './state.ts';
import type { Store } from './store.ts';

/** Adds what is not there yet. Of what is there, an issue's own words and commits, and what has run, become the seed's. */
export function sow(store: Store, seed: Seed): void {
  const { state } = store;
  state.viewer = seed.viewer ?? state.viewer;
  for (const user of [...seed.users, ...namedIn(seed, state.viewer)]) {
    if (state.users.some(({ login }) => sameName(login, user.login))) continue;
    state.users.push({ ...user, id: store.nextId() });
  }
  for (const team of seed.teams) {
    const there = state.teams.some(
      ({ organization, slug }) => organization === team.organization && slug === team.slug,
    );
    if (!there) state.teams.push({ ...team, id: store.nextId() });
  }
  for (const repository of seed.repositories) {
    const { owner, name, issues } = repository;
    const there = state.repositories.find((one) => isNamed(one, owner, name)) ?? addRepository(store, repository);
    for (const issue of issues) sowIssue(store, there, issue);
    sowActivity(store, there, repository);
  }
}

/** People and organizations that the seed mentions. */
function namedIn({ teams, repositories }: Seed, viewer: string): Seed['users'] {
  const issues = repositories.flatMap((one) => one.issues);
  const people = [
    viewer,
    ...teams.flatMap(({ members }) => members),
    ...issues.flatMap(({ user, comments }) => [user, ...comments.map((comment) => comment.user)]),
  ];
  const owners = [...teams.map(({ organization }) => organization), ...repositories.map(({ owner }) => owner)];
  return [
    ...owners.map((login) => ({ login, type: 'Organization' as const, name: null })),
    ...people.map((login) => ({
      login,
      type: login.endsWith('[bot]') ? ('Bot' as const) : ('User' as const),
      name: null,
    })),
  ];
}

function addRepository(store: Store, settings: SeedRepository): Repository {
  const nothing = { environments: [], rulesets: [], issues: [] };
  const idle = { branches: [], check_runs: [], statuses: [], workflow_runs: [] };
  const made = { ...settings, id: store.nextId(), ...nothing, ...idle };
  store.state.repositories.push(made);
  return made;
}

function sowIssue(store: Store, repository: Repository, { comments, ...issue }: SeedIssue): void {
  const time = now();
  const closed_at = issue.state === 'closed' ? time : null;
  const there = repository.issues.find(({ number }) => number === issue.number);
  if (there) {
    Object.assign(there, issue, { closed_at, updated_at: time });
    return;
  }
  const times = { created_at: issue.created_at ?? time, updated_at: time };
  const written = comments.map((comment) => ({ ...comment, ...times, id: store.nextId() }));
  repository.issues.push({ ...issue, ...times, id: store.nextId(), closed_at, comments: written });
}
