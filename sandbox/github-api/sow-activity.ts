import { now } from './clock.ts';
import type { SeedRepository } from './seed.ts';
import type { Repository } from './state.ts';
import type { Store } from './store.ts';

/** Adds branches and what has run for commits; what is there under the same name becomes the seed's. */
export function sowActivity(store: Store, repository: Repository, seed: SeedRepository): void {
  const time = now();
  for (const { name, sha } of seed.branches) {
    put(store, repository.branches, { name }, (id) => ({ id, name, sha }));
  }
  for (const { started_at = time, ...run } of seed.check_runs) {
    put(store, repository.check_runs, { sha: run.sha, name: run.name }, (id) => ({ ...run, id, started_at }));
  }
  for (const { created_at = time, ...status } of seed.statuses) {
    const { sha, context } = status;
    put(store, repository.statuses, { sha, context }, (id) => ({ ...status, id, created_at }));
  }
  for (const { created_at = time, ...run } of seed.workflow_runs) {
    const { workflow, run_number } = run;
    put(store, repository.workflow_runs, { workflow, run_number }, (id) => ({ ...run, id, created_at }));
  }
}

/** @param key what the one in question has */
function put<T extends { id: number }>(store: Store, all: T[], key: Partial<T>, made: (id: number) => T): void {
  const there = all.find((one) => Object.entries(key).every(([name, value]) => Reflect.get(one, name) === value));
  if (there) Object.assign(there, made(there.id));
  else all.push(made(store.nextId()));
}
