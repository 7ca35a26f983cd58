/** Removes a preview everywhere: by its stack where there is one, then what no stack knows of. */
import { messageOf } from '../../provider/operation-error.ts';
import { repositoryOf } from '../project-repository.ts';
import { expireObjects, removeFromCloudflare } from './cloudflare.ts';
import { destroyStack, stacksThere } from './engine.ts';
import { type Found, nameOf, type OnCloudflare, type OnGithub, type OnServer } from './found.ts';
import { removeEnvironment, stateOf } from './github.ts';
import type { Verdict } from './leftovers.ts';
import type { World } from './world.ts';

export type Outcome =
  | { readonly kind: 'removed' }
  /** It is no longer what it was when it was judged. */
  | { readonly kind: 'left'; readonly why: string }
  | { readonly kind: 'failed'; readonly problems: readonly string[] };

/** One part that fails stops no other, but for the stack: what it knows of is the engine's to remove. */
export async function removePreview(preview: Verdict, world: World): Promise<Outcome> {
  const problems: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
    }
  };
  let change: string | undefined;
  await attempt('stack', async () => {
    change = await changeOf(preview, world);
    const stack = preview.things.find(({ kind }) => kind === 'stack');
    if (change !== undefined || !stack) return;
    for (const { name } of preview.things.filter(({ kind }) => kind === 'bucket')) {
      if (world.cloudflare) await expireObjects(orThrow(world.cloudflare.api), world.cloudflare.accountId, name);
    }
    await destroyStack(stack.name, world.projects);
  });
  if (problems.length > 0) return { kind: 'failed', problems };
  if (change !== undefined) return { kind: 'left', why: change };

  for (const [name, server] of world.servers) {
    const own = preview.things.filter((thing): thing is OnServer => 'server' in thing && thing.server === name);
    if (own.some(({ kind }) => kind !== 'record')) {
      await attempt(`server ${name}`, () => server.remove(preview, own));
    }
    for (const record of own) {
      if (record.kind !== 'record') continue;
      await attempt(`${record.type} ${record.name} on ${name}`, () => server.removeRecord(record));
    }
  }
  const { cloudflare } = world;
  for (const thing of preview.things.filter(isOnCloudflare).sort(recordsFirst)) {
    await attempt(`${thing.kind} ${thing.name}`, async () => {
      if (!cloudflare) return;
      await removeFromCloudflare(orThrow(cloudflare.api), cloudflare.accountId, thing);
    });
  }
  for (const { project, name } of preview.things.filter(isOnGithub)) {
    await attempt(`environment ${name}`, async () => {
      await removeEnvironment(orThrow(world.github), repositoryOfProject(project, world), preview);
    });
  }
  return problems.length > 0 ? { kind: 'failed', problems } : { kind: 'removed' };
}

/** What has changed since the look around, which may have been long ago. */
async function changeOf(preview: Verdict, world: World): Promise<string | undefined> {
  const { project, pullRequest, verdict, things } = preview;
  if (verdict === 'closed') {
    const state = await stateOf(orThrow(world.github), repositoryOfProject(project, world), pullRequest);
    if (state === 'open') return `pull request ${pullRequest} is open again`;
    if (state === undefined) return `there is no pull request ${pullRequest}`;
  }
  const before = things.find(({ kind }) => kind === 'stack');
  const stack = (await stacksThere()).find(({ name }) => name === nameOf(preview));
  if (stack?.isBusy) return 'an update of its stack is under way';
  if (!before) return stack && 'its stack has been made meanwhile';
  if (!stack) return 'its stack has been removed meanwhile';
  return stack.at === before.at ? undefined : 'its stack has been updated meanwhile';
}

function repositoryOfProject(name: string, { projects }: World): string {
  const project = projects.find((one) => one.name === name);
  const repository = project && repositoryOf(project);
  if (repository === undefined) throw new Error(`project '${name}' names no repository on github.com`);
  return repository;
}

function orThrow<T>(value: T | Error): T {
  if (value instanceof Error) throw value;
  return value;
}

function isOnCloudflare(thing: Found): thing is OnCloudflare {
  return ['pages project', 'bucket', 'API token', 'DNS record'].includes(thing.kind);
}

function isOnGithub(thing: Found): thing is OnGithub {
  return thing.kind === 'environment';
}

/** No name leads to what is gone. */
function recordsFirst(one: OnCloudflare, other: OnCloudflare): number {
  return Number(other.kind === 'DNS record') - Number(one.kind === 'DNS record');
}
