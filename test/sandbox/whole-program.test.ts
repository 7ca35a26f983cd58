import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';

class Part extends pulumi.ComponentResource {
  constructor(name: string, props: pulumi.Inputs = {}, opts: pulumi.ComponentResourceOptions = {}) {
    super('test:index:Part', name, props, opts);
  }
}

/** Fails when every other part of the program is through. */
function late(): pulumi.Output<pulumi.Resource[]> {
  return pulumi.output(setTimeout(100, 'through')).apply((): pulumi.Resource[] => {
    throw new Error('no such value');
  });
}

const whole = async () => {
  new Part('first');
  new Part('second');
  return {};
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codeb-whole-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['an input', () => new Part('second', { value: late() })],
  ['what it depends on', () => new Part('second', {}, { dependsOn: late() })],
  ['an export', () => late()],
])('an error in an apply removes nothing that was not come to: %s', async (_, broken) => {
  const cli = await findPulumi(silent);
  const open = (program: () => Promise<Record<string, unknown>>) =>
    openStack({ cli, folder, name: 'whole', passphrase: 'of the test', program });
  await (await open(whole)).up();
  const failing = await open(async () => {
    new Part('first');
    return { broken: broken() };
  });
  await expect(failing.up()).rejects.toThrow('no such value');
  const { deployment } = await failing.exportStack();
  expect(JSON.stringify(deployment)).toContain('Part::second');
});
