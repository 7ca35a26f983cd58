/** What rules look at in a `codeb:index:Workload`: lenient, since a preview leaves out what it does not know. */
import { z } from 'zod';
import type { Subject } from './rule.ts';

const part = z.object({ content: z.string().optional() });

const workload = z.object({
  slug: z.string().optional(),
  folders: z.record(z.string(), z.unknown()).default({}),
  files: z.record(z.string(), part).default({}),
  units: z.record(z.string(), part).default({}),
  migrations: z
    .array(z.object({ image: z.string().optional(), command: z.array(z.string().optional()).default([]) }))
    .default([]),
});

export type WorkloadInputs = z.output<typeof workload>;

/** A text of a resource, with the property that holds it. */
export interface Text {
  readonly property: string;
  readonly text: string;
}

/** Undefined for a resource of another type. */
export function workloadOf({ type, inputs }: Subject): WorkloadInputs | undefined {
  return type === 'codeb:index:Workload' ? workload.parse(inputs) : undefined;
}

export function filesOf({ files }: WorkloadInputs): Text[] {
  return texts('files', files);
}

export function unitsOf({ units }: WorkloadInputs): Text[] {
  return texts('units', units);
}

function texts(property: string, parts: WorkloadInputs['units']): Text[] {
  return Object.entries(parts).flatMap(([name, { content }]) =>
    content === undefined ? [] : [{ property: `${property}.${name}`, text: content }],
  );
}

/** Values of a unit's key in order: systemd.syntax(7) allows blanks around the sign, and lines that a `\` continues. */
export function valuesOf(unit: string, key: string): string[] {
  return unit
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, name, value = ''] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      return name === key ? [value] : [];
    });
}

/** With engine docker a project has no unit: what its databases keep is in these folders all the same. */
export function dataFoldersOf({ folders }: { folders: Readonly<Record<string, unknown>> }): string[] {
  return Object.keys(folders).filter((folder) => folder.startsWith('data/'));
}

/** What `PodmanArgs=` hands to options of podman-run(1); a short one takes its value with and without a blank. */
export function argumentsOf(unit: string, ...options: string[]): string[] {
  const words = valuesOf(unit, 'PodmanArgs').flatMap((value) => value.split(/\s+/));
  return words.flatMap((word, index) =>
    options.flatMap((option) => {
      if (word === option) return words[index + 1] ?? [];
      const start = option.startsWith('--') ? `${option}=` : option;
      return word.startsWith(start) ? [word.slice(start.length)] : [];
    }),
  );
}
