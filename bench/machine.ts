/** What was measured on and with. */
import { cpus, release, totalmem } from 'node:os';
import command from '@pulumi/command/package.json' with { type: 'json' };
import pulumi from '@pulumi/pulumi/package.json' with { type: 'json' };
import { mustRun } from '../sandbox/run.ts';
import { requirements } from './tools/python.ts';

export function machine(): string {
  const all = cpus();
  return `${all.length} × ${all[0]?.model.trim()}, ${Math.round(totalmem() / 1e9)} GB, Linux ${release()}`;
}

/** @param cli path of the Pulumi CLI */
export async function versions(cli: string): Promise<Record<string, string>> {
  const pinned = Object.values(requirements).map((requirement) => requirement.split('=='));
  return {
    'Node.js': process.versions.node,
    'the Pulumi CLI': (await mustRun(cli, ['version'])).trim(),
    '@pulumi/pulumi': pulumi.version,
    '@pulumi/command': command.version,
    ...Object.fromEntries(pinned),
  };
}
