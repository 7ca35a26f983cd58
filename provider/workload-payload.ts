/** A workload as it travels to the server: its parts, and the lists that `agent/workload.sh` describes. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TarEntry } from './agent.ts';
import { isFilledIn, referencedPasswords, referencedSecrets } from './secret-reference.ts';
import { containerOf, serviceOf, usesOf } from './quadlet.ts';
import { type Migration, type WorkloadInputs, workloadSet } from './schema.ts';

export const unitMode = '0644';

/** A file or a unit, by its path in the set. */
export type Part = { path: string; content: string; mode: string };

/** What an import needs beside the files themselves; the text of one that was filled in is not in the file. */
export const spec = workloadSet.omit({ files: true, units: true, sealed: true }).extend({
  files: z.record(z.string(), z.object({ mode: z.string(), template: z.string().optional() })),
  units: z.record(z.string(), z.array(z.string())),
});

export function sum(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

export function payload(inputs: WorkloadInputs): TarEntry[] {
  const units = Object.entries(inputs.units);
  const lists: Record<string, string[]> = {
    folders: Object.entries(withParents(inputs.folders)).map(([path, mode]) => `${mode} ${path}`),
    wanted: parts(inputs).map(({ path, content, mode }) => `${sum(content)} ${mode} ${path}`),
    filled: parts(inputs).flatMap(({ path, content }) => referencedPasswords(content).map((one) => `${path} ${one}`)),
    opened: parts(inputs).flatMap(({ path, content }) => referencedSecrets(content).map((one) => `${path} ${one}`)),
    migrations: inputs.migrations.map(migrationLine),
    'folders.sql': inputs.migrations.map(({ image, folder }) => `${image} ${folder}`),
    services: units.map(([unit, { content }]) => `${serviceOf(unit)} ${unit} ${containerOf(unit, content)}`),
    uses: units.flatMap(([unit]) => usesOf(inputs.units, unit).map((path) => `${serviceOf(unit)} ${path}`)),
    health: inputs.health.map(({ service, deadline, url }) => `${service} ${deadline} ${url}`),
    'spec.json': [JSON.stringify(specOf(inputs))],
  };
  return [
    ...parts(inputs).map(({ path, content, mode }) => ({ path, content, mode: Number.parseInt(mode, 8) })),
    ...Object.entries(lists).map(([path, lines]) => ({
      path,
      content: lines.map((line) => `${line}\n`).join(''),
      mode: 0o600,
    })),
    { path: 'sealed', content: inputs.sealed, mode: 0o600 },
  ];
}

function parts(inputs: WorkloadInputs): Part[] {
  return [
    ...Object.entries(inputs.files).map(([path, { content, mode }]) => ({ path: `files/${path}`, content, mode })),
    ...Object.entries(inputs.units).map(([name, { content }]) => ({ path: `units/${name}`, content, mode: unitMode })),
  ];
}

/** Words of a command are in base64: they may have blanks. */
function migrationLine({ service, image, command, deadline, environmentFiles }: Migration): string {
  const words = command.map((word) => Buffer.from(word).toString('base64'));
  return [service.replace(/\.service$/, ''), image, deadline, environmentFiles.join(','), ...words].join(' ');
}

function specOf({ files, units, sealed: _, ...rest }: WorkloadInputs): z.output<typeof spec> {
  return {
    ...rest,
    files: Object.fromEntries(
      Object.entries(files).map(([path, { mode, content }]) => [
        path,
        { mode, ...(isFilledIn(content) && { template: content }) },
      ]),
    ),
    units: Object.fromEntries(Object.entries(units).map(([name, { restartOn }]) => [name, restartOn])),
  };
}

/** Each folder after the ones that it is in; those that nobody listed anyone may enter. */
function withParents(folders: Record<string, string>): Record<string, string> {
  const above = Object.keys(folders).flatMap((path) =>
    path.split('/').flatMap((_, depth, names) => (depth === 0 ? [] : [names.slice(0, depth).join('/')])),
  );
  const all = { ...Object.fromEntries(above.map((path) => [path, '0755'])), ...folders };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}
