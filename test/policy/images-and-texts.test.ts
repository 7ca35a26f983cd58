import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMoving } from '../../policy/image.ts';
import { forbiddenText } from '../../policy/rules/forbidden-text.ts';
import { movingImage } from '../../policy/rules/moving-image.ts';
import { rulesFor } from '../../policy/rules.ts';
import { privileged, said, swallowed, workload } from './subject.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('images of production mean the same tomorrow', () => {
  test.each(['postgres', 'ghcr.io/a/b', 'ghcr.io/a/b:latest', 'localhost:5000/a'])('%s may move', (reference) => {
    expect(isMoving(reference)).toBe(true);
  });
  test.each(['postgres:15', 'ghcr.io/a/b:v1.2', `ghcr.io/a/b@${digest}`, `ghcr.io/a/b:latest@${digest}`, digest])(
    '%s does not',
    (reference) => {
      expect(isMoving(reference)).toBe(false);
    },
  );

  const inputs = workload({
    units: { 'shop-app.container': '[Container]\n Image = ghcr.io/a/b:latest\n' },
    migrations: [{ image: 'ghcr.io/a/b' }],
  });

  test('units and migrations', () => {
    expect(said(movingImage, { inputs })).toEqual([
      "codeb:index:Workload 'shop': units.shop-app.container: Image: found the image 'ghcr.io/a/b:latest', " +
        'expected one with a digest, or with a tag other than latest',
      "codeb:index:Workload 'shop': migrations[0].image: found the image 'ghcr.io/a/b', " +
        'expected one with a digest, or with a tag other than latest',
    ]);
    expect(said(movingImage, { stack: 'staging', inputs })).toEqual([]);
    expect(said(movingImage, { stack: 'shop-pr-7', inputs })).toEqual([]);
  });

  test('what Docker runs', () => {
    const types = {
      'docker:index/container:Container': { image: 'nginx' },
      'docker:index/remoteImage:RemoteImage': { name: 'nginx:latest' },
      'docker:index/service:Service': { taskSpec: { containerSpec: { image: 'nginx' } } },
    };
    for (const [type, docker] of Object.entries(types)) {
      expect(said(movingImage, { type, inputs: docker })[0]).toContain("found the image 'nginx");
    }
  });
});

describe('S4.10: no text that gets past a check', () => {
  test('in files and units of a workload', () => {
    const inputs = workload({
      files: { 'app/run.sh': `set -e\nmigrate ${swallowed}\n` },
      units: { 'shop-app.container': `[Container]\nPodmanArgs=${privileged}\n` },
    });
    expect(said(forbiddenText, { stack: 'shop-pr-7', inputs })).toEqual([
      `codeb:index:Workload 'shop': files.app/run.sh, line 2: found '${swallowed}', ` +
        'expected a text without it: a failure passes for a success',
      `codeb:index:Workload 'shop': units.shop-app.container, line 2: found '${privileged}', ` +
        'expected a text without it: the container may do what root of the machine may',
    ]);
  });

  test('in sites and containers', () => {
    const content = `example.org {\n\t# ${swallowed}\n}\n`;
    expect(said(forbiddenText, { type: 'codeb:index:CaddySite', inputs: { content } })[0]).toContain('content, line 2');
    const type = 'docker:index/container:Container';
    expect(said(forbiddenText, { type, inputs: { privileged: true } })).toEqual([
      `${type} 'shop': privileged: found true, expected false, and single \`capabilities\` where some are needed`,
    ]);
    expect(said(forbiddenText, { type, inputs: { privileged: false } })).toEqual([]);
  });

  test('in variables and commands of containers, without a word more of them', () => {
    const type = 'docker:index/container:Container';
    const inputs = {
      envs: ['TOKEN=hunter2', `HOOK=hunter2\nmigrate ${swallowed}`],
      command: ['sh', '-c', `migrate\nserve ${swallowed}`],
      entrypoints: ['chmod', '-R', '777', '/data'],
      healthcheck: { tests: ['CMD-SHELL', `check ${swallowed}`] },
    };
    const found = `found '${swallowed}', expected a text without it: a failure passes for a success`;
    expect(said(forbiddenText, { type, inputs })).toEqual([
      `${type} 'shop': envs.HOOK, line 2: ${found}`,
      `${type} 'shop': command, line 2: ${found}`,
      `${type} 'shop': entrypoints, line 1: found '${['chmod', '-R', '777'].join(' ')}', ` +
        'expected a text without it: everybody on the machine may change it',
      `${type} 'shop': healthcheck.tests, line 1: ${found}`,
    ]);
  });
});

test('units and sites that this program makes are let through by every rule', async () => {
  const golden = resolve(import.meta.dirname, '..', 'stacks', 'golden');
  const names = await readdir(join(golden, 'units'));
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(golden, 'units', name), 'utf8')] as const),
  );
  const inputs = workload({ units: Object.fromEntries(texts), slug: 'celly-creative' });
  const site = { content: await readFile(join(golden, 'site.caddy'), 'utf8') };
  for (const rule of rulesFor([])) {
    expect(said(rule, { inputs, isProtected: true })).toEqual([]);
    expect(said(rule, { type: 'codeb:index:CaddySite', inputs: site })).toEqual([]);
  }
});
