import { spawn } from 'node:child_process';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecordSet } from '../../components/codeb.ts';
import { preparationOf } from '../../components/server/preparation.ts';
import { Server } from '../../components/server.ts';
import { Session } from '../../provider/session.ts';
import type { Box } from '../../sandbox/box.ts';
import { sshArguments } from '../../sandbox/ssh.ts';
import { waitFor } from '../../sandbox/wait.ts';
import { server as serverSettings } from '../../stacks/settings.ts';
import { describeOnServer, newBox } from './on-server.ts';
import { connectionTo, preview, run, Stacks } from './stacks.ts';

const zone = 'codeb.dev';
const powerdns = { backend: 'powerdns', zones: [zone] } as const;
const bind9 = { backend: 'rfc2136', port: 5300, zones: [zone], tsig: { name: 'codeb' } } as const;
/** Letters that are right for an API key and for a TSIG secret (base64). */
const dnsSecret = Buffer.from('the DNS secret of the tests').toString('base64');

function settingsOf(box: Box, dns: typeof powerdns | typeof bind9, user = 'root') {
  return serverSettings.parse({
    host: box.host,
    port: box.sshPort,
    user,
    privilege: user === 'root' ? 'root' : 'sudo',
    hostKey: box.hostKey,
    addresses: { ipv4: '127.0.0.1' },
    acme: { email: 'admin@codeb.dev', directory: 'https://localhost:14000/dir' },
    dns,
  });
}

/** A server and a name on it, another one for each stack. */
const programOf =
  (settings: ReturnType<typeof settingsOf>, { privateKey }: Box) =>
  async () => {
    const server = new Server('bare', { settings, credentials: { privateKey, dnsSecret } });
    const record = { zone, name: `${pulumi.getStack()}.${zone}`, type: 'A' as const, values: ['192.0.2.7'] };
    new RecordSet('name', record, { provider: server.provider, dependsOn: [server.prepared] });
    return {};
  };

/** Runs the preparation and kills it on the server as soon as it says that it has come to a step. */
async function killedAt(step: string, box: Box): Promise<boolean> {
  const { command, stdin } = preparationOf(settingsOf(box, powerdns));
  const child = spawn('ssh', [...(await sshArguments(box)), command]);
  let killing: Promise<unknown> | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes(`==> ${step}`)) killing ??= box.exec("pkill -KILL -f '^bash -c eval.* prepare@'");
  });
  child.stdin.end(stdin(dnsSecret));
  const code = await new Promise((resolve) => child.on('close', resolve));
  await killing;
  return killing !== undefined && code !== 0;
}

describeOnServer('a bare Debian 13 with only sshd', () => {
  let box: Box;
  let stacks: Stacks;
  beforeAll(async () => {
    box = await newBox({ name: 'test-bare-trixie', base: { kind: 'bare', suite: 'trixie' } });
    stacks = await Stacks.begin();
  });
  afterAll(async () => {
    await stacks.end();
    await box.down();
  });
  const answer = async (command: string) => (await box.exec(command)).stdout.trim();

  test('S2.3: what a preview asks of it makes nothing there, and a lease is refused', async () => {
    const session = new Session({ connection: connectionTo(box), privilege: 'root' });
    const lease = (purpose: string) => ['shop/app', 3000, 3099, '-', '-', 'any', purpose, 'codeb-infra/production'];
    expect(await session.look('lease', lease('look'))).toBe('3000\n');
    await expect(session.change('lease', lease('take'))).rejects.toThrow('is not prepared yet; nothing was changed');
    const asked = Array.from({ length: 30 }, () => session.look('curl', [], { kind: 'text', text: 'url = x' }));
    const reason = /: this server is not prepared yet; nothing was changed$/;
    await Promise.all(asked.map((refused) => expect(refused).rejects.toThrow(reason)));
    await session.close();
    const foretold = await preview(await stacks.open('trixie', programOf(settingsOf(box, powerdns), box)));
    expect(foretold, foretold.text).toMatchObject({ failed: false, changes: { create: 5 } });
    expect(foretold.text).toMatch(/: this server is not prepared yet; nothing was changed; the preview leaves open/);
    await waitFor('the end of the agent', 10_000, async () =>
      (await answer('ls -A /var/lib/codeb; ls -d /tmp/tmp.* 2>/dev/null')) === '' ? true : undefined,
    );
  });

  test('a preparation that is killed at any step begins again', async () => {
    for (const step of ['tools', 'Podman 5', 'user codeb', 'Caddy', 'PowerDNS', `zone ${zone}`]) {
      expect([step, await killedAt(step, box)]).toEqual([step, true]);
    }
  });

  test('S4.3, S4.5: is a codeb server after an update, and the next one changes nothing', async () => {
    const stack = await stacks.open('trixie', programOf(settingsOf(box, powerdns), box));
    expect(await preview(stack)).toMatchObject({ failed: false, changes: { create: 5 } });
    expect(await run(stack, 'up')).toMatchObject({ failed: false });
    expect(await answer(`dig +short @127.0.0.1 trixie.${zone}`)).toBe('192.0.2.7');
    expect(await answer('systemctl --user -M codeb@ is-system-running')).toBe('running');
    expect(await answer('ls /var/lib/systemd/linger')).toBe('codeb\nroot');
    expect(await answer('cat /proc/sys/net/ipv4/tcp_migrate_req')).toBe('1');
    expect(await answer('stat -c "%a %U" /var/lib/codeb /var/lib/codeb/home /etc/powerdns/pdns.d/codeb.conf')).toBe(
      '711 root\n700 codeb\n640 root',
    );
    expect((await run(stack, 'up')).changes).toEqual({ same: 5 });
  });

  test('another setting is an update, which the preview shows; what somebody broke is mended by it', async () => {
    await box.exec('systemctl disable --now pdns && rm /etc/caddy/Caddyfile');
    const settings = settingsOf(box, powerdns);
    const changed = { ...settings, acme: { ...settings.acme, email: 'other@codeb.dev' } };
    const stack = await stacks.open('trixie', programOf(changed, box));
    expect((await preview(stack)).text).toContain('other@codeb.dev');
    expect((await run(stack, 'up')).changes).toEqual({ same: 4, update: 1 });
    expect(await answer('systemctl is-active pdns caddy')).toBe('active\nactive');
    expect(await answer('cat /etc/caddy/Caddyfile')).toContain('email other@codeb.dev');
  });

  test("an owner's own Caddyfile is left alone, and the error says what it lacks", async () => {
    const own = 'other.example {\n\trespond ok\n}';
    await box.exec('cat >/etc/caddy/Caddyfile', { input: own });
    const stack = await stacks.open('caddyfile', programOf(settingsOf(box, powerdns), box));
    const refused = await run(stack, 'up');
    expect(refused.text).toContain("add the line 'import codeb/*.caddy' to it and run again; Caddy is as it was");
    expect(await answer('cat /etc/caddy/Caddyfile')).toBe(own);
    await box.exec('cat >/etc/caddy/Caddyfile', { input: `${own}\nimport codeb/*.caddy\n` });
    expect(await run(stack, 'up')).toMatchObject({ failed: false });
    expect(await answer('cat /etc/caddy/Caddyfile')).toBe(`${own}\nimport codeb/*.caddy`);
    await box.exec('rm /etc/caddy/Caddyfile');
  });

  test('S2.4: through sudo, with BIND9 beside PowerDNS', async () => {
    const stack = await stacks.open('bind9', programOf(settingsOf(box, bind9, 'deploy'), box));
    expect(await run(stack, 'up')).toMatchObject({ failed: false });
    expect(await answer(`dig +short @127.0.0.1 -p 5300 bind9.${zone}`)).toBe('192.0.2.7');
    expect(await answer('stat -c "%a %U:%G" /etc/bind/codeb.key')).toBe('640 root:bind');
    expect((await run(stack, 'up')).changes).toEqual({ same: 5 });
  });

  test('without sudo it is refused and nothing changes', async () => {
    const stack = await stacks.open('nosudo', programOf(settingsOf(box, powerdns, 'nosudo'), box));
    expect((await run(stack, 'up')).text).toContain('sudo: a password is required');
  });

  test('another release is refused and nothing changes', async () => {
    await box.exec(
      "sed 's/^VERSION_ID=.*/VERSION_ID=11/' /etc/os-release >/tmp/os && mount --bind /tmp/os /etc/os-release",
    );
    const stack = await stacks.open('release', programOf(settingsOf(box, powerdns), box));
    expect((await run(stack, 'up')).text).toContain('expected Debian 12 or 13, Ubuntu 24.04 or 26.04, this is Debian');
    await box.exec('umount /etc/os-release');
  });

  test('the DNS secret is in no process list, log or world-readable file of the server', async () => {
    const sample = 'while [ -e /run/sampling ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; done';
    await box.exec('touch /run/sampling');
    const sampling = box.exec(`${sample} 2>/dev/null >/run/sampled`);
    const stack = await stacks.open('secret', programOf(settingsOf(box, powerdns), box));
    const { failed, text } = await run(stack, 'up');
    await box.exec('rm /run/sampling');
    await sampling;
    expect(failed).toBe(false);
    expect(text).not.toContain(dnsSecret);
    expect(await answer(`grep -aq 'prepare@' /run/sampled && echo seen`)).toBe('seen');
    expect(await answer(`grep -acF '${dnsSecret}' /run/sampled`)).toBe('0');
    const places = '/etc /var /run /tmp /root';
    const holders = await answer(`grep -rlsF -- '${dnsSecret}' ${places} | xargs -r stat -c '%a %n'`);
    expect(holders).toContain('/etc/powerdns/pdns.d/codeb.conf');
    expect(holders.split('\n').filter((line) => !/^[0-7]+0 /.test(line))).toEqual([]);
  });
});

describeOnServer('a bare Debian 12', () => {
  let box: Box;
  let stacks: Stacks;
  beforeAll(async () => {
    box = await newBox({ name: 'test-bare-bookworm', base: { kind: 'bare', suite: 'bookworm' } });
    stacks = await Stacks.begin();
  });
  afterAll(async () => {
    await stacks.end();
    await box.down();
  });

  test('S4.5: gets Podman 5 with what it needs, and keeps its own of everything else', async () => {
    const stack = await stacks.open('bookworm', programOf(settingsOf(box, powerdns), box));
    expect(await run(stack, 'up')).toMatchObject({ failed: false });
    expect((await box.exec('podman --version')).stdout).toMatch(/^podman version 5\./);
    expect((await box.exec('systemctl --version')).stdout).toMatch(/^systemd 252 /);
    expect((await run(stack, 'up')).changes).toEqual({ same: 5 });
  });
});
