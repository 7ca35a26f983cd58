/** What an update of a `codeb:index:Workload` does to what runs: provider/schema.ts has its inputs. */
import { z } from 'zod';
import { isDatabase } from '../../policy/database.ts';
import { dataFoldersOf } from '../../policy/workload.ts';
import { serviceOf, usesOf, valuesOf } from '../../provider/quadlet.ts';
import { referencedPasswords, referencedSecrets } from '../../provider/secret-reference.ts';
import type { Difference } from '../compared.ts';
import type { Inputs } from './preview.ts';

const fingerprints = z.record(z.string(), z.string()).default({});

const workload = z.object({
  files: z.record(z.string(), z.object({ content: z.string() })).default({}),
  folders: z.record(z.string(), z.unknown()).default({}),
  units: z
    .record(z.string(), z.object({ content: z.string(), restartOn: z.array(z.string()).default([]) }))
    .default({}),
  passwords: fingerprints,
  secrets: fingerprints,
});

type Workload = z.output<typeof workload>;

export interface WorkloadEffects {
  /** Services of pods and networks: what is inside of them is away meanwhile. */
  readonly downtime: string[];
  /** Services of databases that restart by themselves. */
  readonly databaseRestarts: string[];
  /** Other services that restart by themselves. */
  readonly restarts: string[];
  readonly stops: string[];
  /** Units, or folders, of databases that are no longer there. */
  readonly lostDatabases: string[];
}

/** Units with a database in them; that of backups has its image alone (stacks/database-units.ts). */
function databasesOf({ units }: Workload): string[] {
  return Object.keys(units).filter(
    (unit) => !unit.endsWith('-backup.container') && valuesOf(units[unit]?.content ?? '', 'Image').some(isDatabase),
  );
}

function dataOf(all: Workload): string[] {
  const databases = databasesOf(all);
  return databases.length > 0 ? databases : dataFoldersOf(all);
}

/** Of one that goes. */
export function goneEffects(before: Inputs): WorkloadEffects {
  const old = workload.safeParse(before).data ?? workload.parse({});
  return {
    downtime: Object.keys(old.units).filter(isShared).map(serviceOf),
    databaseRestarts: [],
    restarts: [],
    stops: [],
    lostDatabases: dataOf(old),
  };
}

/** Undefined for inputs that cannot be looked into, such as those that are secret as a whole. */
export function updateEffects(
  before: Inputs,
  after: Inputs,
  differences: readonly Difference[],
): WorkloadEffects | undefined {
  const [old, now] = [workload.safeParse(before).data, workload.safeParse(after).data];
  if (!old || !now) return undefined;
  const changed = changedParts(old, now, differences);
  const isChanged = (part: string) => changed.has(part);
  const kept = Object.keys(now.units).filter((unit) => unit in old.units);
  const gone = Object.keys(old.units).filter((unit) => !(unit in now.units));
  const away = [
    ...kept.filter((unit) => isShared(unit) && usesOf(now.units, unit).some(isChanged)),
    ...gone.filter(isShared),
  ];
  const restarting = kept.filter((unit) => !isShared(unit) && ownParts(now, unit).some(isChanged));
  const databases = new Set([...databasesOf(old), ...databasesOf(now)]);
  return {
    downtime: away.map(serviceOf),
    databaseRestarts: restarting.filter((unit) => databases.has(unit)).map(serviceOf),
    restarts: restarting.filter((unit) => !databases.has(unit)).map(serviceOf),
    stops: gone.filter((unit) => !isShared(unit)).map(serviceOf),
    lostDatabases: gone.filter((unit) => databases.has(unit)),
  };
}

/** Pods and networks take with them what is inside. */
function isShared(unit: string): boolean {
  return unit.endsWith('.pod') || unit.endsWith('.network');
}

function ownParts({ units }: Workload, unit: string): string[] {
  return [`units/${unit}`, ...(units[unit]?.restartOn ?? []).map((file) => `files/${file}`)];
}

/** `units/…` and `files/…` that are not what they were: by themselves, or by a secret that is put into them. */
function changedParts(old: Workload, now: Workload, differences: readonly Difference[]): Set<string> {
  const passwords = changedKeys(old.passwords, now.passwords);
  const secrets = changedKeys(old.secrets, now.secrets);
  const isFilledAnew = (content: string) =>
    referencedPasswords(content).some((path) => passwords.has(path)) ||
    referencedSecrets(content).some((name) => secrets.has(name));
  const filled = Object.keys(now.files).filter((path) => isFilledAnew(now.files[path]?.content ?? ''));
  const named = differences.flatMap(({ path }) => {
    const [, file, unit] = /^(?:files\["([^"]+)"\]|units\["([^"]+)"\]\.content$)/.exec(path) ?? [];
    return [...(file === undefined ? [] : [`files/${file}`]), ...(unit === undefined ? [] : [`units/${unit}`])];
  });
  return new Set([...named, ...filled.map((path) => `files/${path}`)]);
}

function changedKeys(before: Record<string, string>, after: Record<string, string>): Set<string> {
  return new Set(Object.keys(after).filter((key) => before[key] !== after[key]));
}
