import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import program from '../../index.ts';
import type { Box } from '../../sandbox/box.ts';
import { sandboxConfig } from '../../sandbox/settings.ts';
import { configure } from '../../sandbox/stack-config.ts';
import { type StandIns, startStandIns } from '../../sandbox/stand-ins.ts';
import { plainExport, watchCommandLines } from './exposed.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { Stacks } from './stacks.ts';

describeOnServer('secrets (S2.2, S4.4, S4.11)', () => {
  let box: Box;
  let stacks: Stacks;
  let secrets: string[];
  let standIns: StandIns;
  const chosen = { 'celly-creative': {}, 'code-battle': {}, codeb: {} };
  const lines: string[] = [];
  let log: string;
  let commandLines: string;
  let exported: string;

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    standIns = await startStandIns(box, stacks.folder);
    const config = sandboxConfig(box, { environment: 'production' }, { projects: chosen, protectData: false });
    const stack = await stacks.open('production', program, standIns.environment);
    const watching = watchCommandLines();
    await configure(stack, config);
    await stack.up({
      parallel: 32,
      logVerbosity: 9,
      logToStdErr: true,
      logFlow: true,
      onOutput: (text) => lines.push(text),
      onError: (text) => lines.push(text),
    });
    await stack.refresh({ onOutput: (text) => lines.push(text), onError: (text) => lines.push(text) });
    commandLines = await watching.end();
    log = lines.join('');
    exported = await plainExport(stack);
    const passwords = await box.exec('cat /var/lib/codeb/projects/*/config/*.password');
    secrets = [
      ...new Set(passwords.stdout.match(/[A-Za-z0-9]{32}/g)),
      (await box.exec('cat /var/lib/codeb/prepared/dns.secret')).stdout.trim(),
      // A line in the middle of the private key is part of nothing else.
      box.privateKey.split('\n')[2] ?? '',
      // Those of `codeb:variables`, which are sealed for the server; each of them is one of its own.
      ...Object.values(config.secrets),
    ];
  });
  afterAll(async () => {
    await stacks.end();
    await standIns.end();
  });

  test('there are some to look for, and the look would find them', async () => {
    expect(secrets.length).toBeGreaterThanOrEqual(18);
    expect(secrets.every((secret) => secret.length >= 32)).toBe(true);
    expect(commandLines).toContain('pulumi up');
    expect(commandLines).toContain('postgres');
    expect(log).toContain('codeb:index:Workload');
    expect(log.length).toBeGreaterThan(100_000);
  });

  test('none is on a command line', () => {
    for (const secret of secrets) expect(commandLines.includes(secret), 'a secret on a command line').toBe(false);
  });

  test("none is in the engine's log at its most talkative", () => {
    for (const secret of secrets) {
      const at = log.indexOf(secret);
      expect(at < 0 ? '' : log.slice(Math.max(0, at - 300), at), 'what stands before a secret').toBe('');
    }
  });

  test('none is in the plain part of an export, nor in the registry', async () => {
    for (const secret of secrets) expect(exported.includes(secret), 'a secret in the export').toBe(false);
    const files = await readdir(stacks.folder, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const text = await readFile(join(file.parentPath, file.name), 'utf8');
      for (const secret of secrets) expect(text.includes(secret), file.name).toBe(false);
    }
  });

  test('none is in a file of the server that another user may read', async () => {
    const patterns = `${secrets.join('\n')}\n`;
    const found = await box.exec(
      `cd / && runuser -u nosudo -- grep -rlsF --exclude-dir=proc --exclude-dir=sys -f - /etc /var /run /tmp /home /root /srv || true`,
      { input: patterns },
    );
    expect(found.stdout).toBe('');
  });

  test('none is in the journal of the server', async () => {
    const journal = await box.exec('journalctl -o cat --no-pager -n 100000');
    for (const secret of secrets) expect(journal.stdout.includes(secret), 'a secret in the journal').toBe(false);
  });

  test('none is in an error that quotes a secret file', async () => {
    const stack = await stacks.open('production', program, standIns.environment);
    const none = { images: { app: `ghcr.io/celly/celly-creative@sha256:${'0'.repeat(64)}` } };
    const projects = { ...chosen, 'celly-creative': none };
    await configure(stack, sandboxConfig(box, { environment: 'production' }, { projects, protectData: false }));
    const said: string[] = [];
    await stack.up({ onOutput: (text) => said.push(text), onError: (text) => said.push(text) }).catch((error) => {
      said.push(String(error));
    });
    expect(said.join('')).toContain('cannot be had');
    for (const secret of secrets) expect(said.join('').includes(secret)).toBe(false);
  });
});
