/** The policy pack in the real engine, over a program whose server is never reached. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { interpolate, output } from '@pulumi/pulumi';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PortLease, Workload } from '../../components/codeb.ts';
import { podWorkload } from '../../components/pod-workload.ts';
import { Ports } from '../../components/ports.ts';
import { silent } from '../../sandbox/progress.ts';
import { update } from '../../sandbox/update.ts';
import { project, settings } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { pack, stacksInEngine, unreachable, verdictOf } from './in-engine.ts';

const open = stacksInEngine();

interface Given {
  readonly slug: string;
  readonly image?: string;
  readonly publicVariable?: string;
  /** In place of one that is leased, which nobody knows before. */
  readonly port?: number;
}

async function stackOf(
  name: string,
  { slug, image = 'ghcr.io/example/shop:1.0.0', publicVariable = '', port }: Given,
): Promise<Stack> {
  return await open(name, async () => {
    const provider = unreachable();
    const leased = { owner: `${slug}/app`, range: { from: 3000, to: 3099 } };
    const published = port ?? new PortLease(`${slug}-app`, leased, { provider }).port;
    const args = {
      slug,
      directory: `/var/lib/codeb/projects/${slug}`,
      files: { 'config/app.env': { content: `NEXT_PUBLIC_KEY=${publicVariable}\n` } },
      units: {
        // A preview does not know it; what it knows is looked at all the same.
        [`project-${slug}.pod`]: { content: interpolate`[Pod]\nPublishPort=127.0.0.1:${published}:3000\n` },
        [`${slug}-app.container`]: { content: `[Container]\nImage=${image}\n` },
      },
    };
    new Workload(slug, args, { provider });
    return {};
  });
}

describe('the engine asks the pack before anything changes', { timeout: 120_000 }, () => {
  const refused = async (name: string, given: Given) => verdictOf(await stackOf(name, given));

  test('what no rule minds is let through', async () => {
    const stack = await stackOf('production', { slug: 'shop' });
    const { changeSummary, stdout } = await stack.preview({ policyPacks: [pack], color: 'never' });
    expect(changeSummary.create).toBe(4);
    expect(stdout).toContain('codeb-infra');
  });

  test('S3.2: a preview that names a production slug and folder', async () => {
    const stack = 'celly-creative-pr-7';
    const text = await refused(stack, { slug: 'shop' });
    expect(text).toContain(`codeb:index:Workload 'shop': slug: found 'shop', expected a name of the preview ${stack}`);
    expect(text).toContain('directory: found the folder /var/lib/codeb/projects/shop,');
  });

  test('S4.10: a text that gets past a check, in a stack of any name', async () => {
    const image = `ghcr.io/example/shop:1.0.0\nExec=sh -c "migrate ${['||', 'true'].join(' ')}"`;
    expect(await refused('anything', { slug: 'shop', image })).toContain('units.shop-app.container, line 3: found');
  });

  test('S3.3: a secret of the stack in a public variable, without telling it', async () => {
    const value = 'correct horse battery staple';
    const stack = await stackOf('staging', { slug: 'shop-staging', publicVariable: value });
    await stack.setConfig('codeb:variables', { value: JSON.stringify({ shop: { API_KEY: value } }), secret: true });
    const text = await refused('staging', { slug: 'shop-staging', publicVariable: value });
    expect(text).toContain("NEXT_PUBLIC_KEY: found the stack's secret codeb:variables.shop.API_KEY");
    expect(text).not.toContain(value);
  });

  test('what `npm run sandbox` runs is held to it, and says what it refuses', async () => {
    const stack = await stackOf('anything', { slug: 'shop', image: 'ghcr.io/example/shop', port: 3000 });
    await expect(update(stack, silent)).rejects.toThrow(
      /^policy no-moving-image: .*\ncodeb:index:Workload 'shop': units\.shop-app\.container: Image: found the image/,
    );
  });

  test('a stack of another name counts as production', async () => {
    const text = await refused('anything', { slug: 'shop', image: 'ghcr.io/example/shop' });
    expect(text).toContain("Image: found the image 'ghcr.io/example/shop', expected one with a digest");
  });
});

describe('S3.2: a database of production, from the settings by the plan to the pack', { timeout: 120_000 }, () => {
  const shop = project('shop', { services: { apps: {}, postgres: { kind: 'own', version: 15 } } });
  const pinned: Record<string, string> = {};
  const stackWith = async (changes: Record<string, unknown>) => {
    const pod = planned({ settings: settings(changes), projects: [shop] }).projects[0]?.pod;
    if (!pod) throw new Error('the plan has no pod');
    return await open('production', async () => {
      const opts = { provider: unreachable() };
      podWorkload({ pod, ports: new Ports(pod, opts), pinned: output(pinned), files: [], passwords: [] }, opts);
      return {};
    });
  };

  test('is protected, and let through', async () => {
    expect(await verdictOf(await stackWith({}))).toBe('let through');
  });

  test('is refused where the settings take that away', async () => {
    expect(await verdictOf(await stackWith({ protectData: false }))).toContain(
      "codeb:index:Workload 'shop': protect: found a database in units.shop-postgres.container without it",
    );
  });

  test("is a matter of advice where the pack's configuration says so", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'codeb-policy-config-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'policies.json');
    await writeFile(file, JSON.stringify({ 'no-unprotected-data': 'advisory' }));
    const stack = await stackWith({ protectData: false });
    const { stdout } = await stack.preview({ policyPacks: [pack], policyPackConfigs: [file], color: 'never' });
    expect(stdout).toMatch(/\[advisory\] {2}no-unprotected-data/);
  });
});

test("starts as the official language host starts it: by the SDK's own entry, in the pack's folder", async () => {
  const entry = resolve(pack, '..', 'node_modules', '@pulumi', 'pulumi', 'cmd', 'run-policy-pack');
  const child = spawn(process.execPath, [entry, '127.0.0.1:1', pack], {
    cwd: pack,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(createInterface(child.stdout), 'line');
  child.kill();
  expect(port).toMatch(/^\d+$/);
}, 60_000);
