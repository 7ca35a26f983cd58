/** What was measured on and with. */
import { cpus, release, totalmem } from 'node:os';
import command from '@pulumi/command/package.json' with { type: 'json' };
import pulumi from '@pulumi/pulumi/package.json' with { type: 'json' };
import { requirements } from './tools/python.ts';

export function machine(): string {
  const all = cpus();
  return `${all.length} × ${all[0]?.model.trim()}, ${Math.round(totalmem() / 1e9)} GB, Linux ${release()}`;
}

export function versions(): Record<string, string> {
  const pinned = Object.values(requirements).map((requirement) => requirement.split('=='));
  return {
    'Node.js': process.versions.node,
    Pulumi: pulumi.version,
    '@pulumi/command': command.version,
    ...Object.fromEntries(pinned),
  };
}
