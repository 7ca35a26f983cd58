import { expect, test } from 'vitest';
import { providerConfig } from '../../provider/schema.ts';
import { Session } from '../../provider/session.ts';

const config = providerConfig.parse({
  connection: { host: 'srv1.example.org', hostKey: 'ssh-ed25519 AAAA' },
  privilege: 'root',
});

/** A session whose changes end when the test says so. */
class Held extends Session {
  readonly changes: PromiseWithResolvers<string>[] = [];

  override look(): Promise<string> {
    const change = Promise.withResolvers<string>();
    this.changes.push(change);
    return change.promise;
  }
}

const minutes = 60_000;

test('it is quiet at once where no change is under way', async () => {
  await new Held(config).quiet(10 * minutes);
});

test('it is quiet when the last change is through, one that failed as well', async () => {
  const session = new Held(config);
  const changes = [session.change('apply'), session.change('apply')];
  let isQuiet = false;
  const quiet = session.quiet(10 * minutes).then(() => {
    isQuiet = true;
  });
  session.changes[0]?.resolve('done');
  await changes[0];
  expect(isQuiet).toBe(false);
  session.changes[1]?.reject(new Error('refused'));
  await expect(changes[1]).rejects.toThrow('refused');
  await quiet;
});

test('a change that takes long is not waited for longer than asked', async () => {
  const session = new Held(config);
  const change = session.change('apply');
  await session.quiet(1);
  session.changes[0]?.resolve('done');
  expect(await change).toBe('done');
});
