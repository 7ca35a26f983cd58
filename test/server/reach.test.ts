import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { CodebServer, PortLease } from '../../components/codeb.ts';
import { Session } from '../../provider/session.ts';
import type { Box } from '../../sandbox/box.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { connectionTo, preview, run, Stacks } from './stacks.ts';

type Args = ConstructorParameters<typeof CodebServer>[1];

describeOnServer('reaching a server', () => {
  let box: Box;
  let stacks: Stacks;
  const otherKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP8l9CSoIKUbzV6sVjqpFuzFkAhqFqJHi1Qe4fSNGBdM';
  let number = 0;
  const oneLease = (args: Args) =>
    stacks.open(`reach-${++number}`, async () => {
      const provider = new CodebServer('box', args);
      return { port: new PortLease('one', { owner: 'reach/app', range: { from: 4600, to: 4700 } }, { provider }).port };
    });

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
  });
  afterAll(() => stacks.end());

  test.each([
    {
      what: 'another host key than the pinned one',
      instead: { hostKey: otherKey },
      says: /shows another host key than the pinned one: expected ssh-ed25519 \S+, got ssh-ed25519 \S+; nothing was sent/,
    },
    {
      what: 'a host key of another type',
      instead: { hostKey: 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY=' },
      says: /has no host key of the pinned type 'ecdsa-sha2-nistp256'; nothing was sent/,
    },
    {
      what: 'a key file that is none',
      instead: { privateKey: 'not a key' },
      says: /the private key for root@127\.0\.0\.1:\d+ cannot be used: expected an unencrypted OpenSSH or PEM key/,
    },
    {
      what: 'a user that the key does not open',
      instead: { user: 'stranger' },
      says: /stranger@127\.0\.0\.1:\d+ refuses the login with the given key; nothing was sent/,
    },
    {
      what: 'a user without a shell',
      instead: { user: 'nobody' },
      says: /the login works, but no shell came of it: .*This account is currently not available/,
    },
    {
      what: 'a port where nothing listens',
      instead: { port: 9 },
      says: /root@127\.0\.0\.1:9 cannot be reached: .*ECONNREFUSED.*; nothing was sent/,
    },
    {
      what: 'a host that has no address',
      instead: { host: 'server.invalid' },
      says: /root@server\.invalid:\d+ cannot be reached: .*(ENOTFOUND|EAI_AGAIN).*; nothing was sent/,
    },
  ])('$what is refused', async ({ instead, says }) => {
    const stack = await oneLease({ connection: connectionTo(box, instead), privilege: 'root' });
    const refused = await run(stack, 'up');
    expect(refused.failed).toBe(true);
    expect(refused.text).toMatch(says);
  });

  test("a clock that is ahead of the server's stands in no update's way", async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3600_000 });
    onTestFinished(() => void vi.useRealTimers());
    const session = new Session({ connection: connectionTo(box), privilege: 'root' });
    const content = '# codeb site http://ahead.codeb.dev\nhttp://ahead.codeb.dev {\n}\n';
    await session.change('sites', ['ahead'], { kind: 'tar', entries: [{ path: 'ahead.caddy', content, mode: 0o644 }] });
    await session.change('unsite', ['ahead']);
    await session.close();
  });

  test('a preview goes on without the server, says so, and leaves open what only the server knows', async () => {
    const stack = await oneLease({ connection: connectionTo(box, { port: 9 }), privilege: 'root' });
    const foretold = await preview(stack);
    expect(foretold).toMatchObject({ failed: false, changes: { create: 3 } });
    expect(foretold.text).toMatch(/cannot be reached.*the preview leaves open what only the server can tell/);
  });

  test('a user with sudo will do', async () => {
    const stack = await oneLease({ connection: connectionTo(box, { user: 'deploy' }), privilege: 'sudo' });
    expect(await run(stack, 'up')).toMatchObject({ failed: false });
    expect(await run(stack, 'destroy')).toMatchObject({ failed: false });
  });

  test('a user without sudo is refused', async () => {
    const stack = await oneLease({ connection: connectionTo(box, { user: 'nosudo' }), privilege: 'sudo' });
    expect((await run(stack, 'up')).text).toMatch(/sudo asks for a password; expected a rule with NOPASSWD/);
  });

  test('a user who is not root is told so', async () => {
    const stack = await oneLease({ connection: connectionTo(box, { user: 'nosudo' }), privilege: 'root' });
    expect((await run(stack, 'up')).text).toMatch(
      /nosudo is not root: expected to log in as root, or privilege 'sudo'; nothing was changed/,
    );
  });

  test('through a bastion', async () => {
    const inside = connectionTo(box, { port: 22 });
    const stack = await oneLease({
      connection: { ...inside, bastion: connectionTo(box, { user: 'nosudo' }) },
      privilege: 'root',
    });
    expect(await run(stack, 'up')).toMatchObject({ failed: false });
    expect(await run(stack, 'destroy')).toMatchObject({ failed: false });
  });

  test('a bastion that leads nowhere is named', async () => {
    const stack = await oneLease({
      connection: { ...connectionTo(box, { port: 9 }), bastion: connectionTo(box, { user: 'nosudo' }) },
      privilege: 'root',
    });
    expect((await run(stack, 'up')).text).toMatch(/nosudo@127\.0\.0\.1:\d+ does not lead to root@127\.0\.0\.1:9/);
  });

  test('wrong settings of a server are all told at once', async () => {
    const stack = await oneLease({
      connection: connectionTo(box, { port: 0, hostKey: 'md5 of it' }),
      privilege: 'root',
    });
    const refused = await run(stack, 'up');
    expect(refused.text).toContain("expected 'ssh-ed25519 AAAA…'");
    expect(refused.text).toMatch(/connection\.port/);
  });
});
