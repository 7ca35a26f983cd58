/** What rules look at in a `docker:index/container:Container`: lenient, since a preview leaves out what it does not know. */
import { z } from 'zod';
import { isDatabase, isDatabaseFolder, keepsData } from './database.ts';
import type { Subject } from './rule.ts';
import type { Text } from './workload.ts';

export const containerType = 'docker:index/container:Container';

const words = z.array(z.string().optional()).default([]);

/** What tells a database. */
export const databaseMarks = z.object({
  image: z.string().optional(),
  labels: z.array(z.object({ label: z.string().optional(), value: z.string().optional() })).default([]),
  mounts: z
    .array(z.object({ source: z.string().optional(), target: z.string().optional(), readOnly: z.boolean().optional() }))
    .default([]),
  volumes: z
    .array(
      z.object({
        hostPath: z.string().optional(),
        volumeName: z.string().optional(),
        containerPath: z.string().optional(),
        readOnly: z.boolean().optional(),
      }),
    )
    .default([]),
});

type DatabaseMarks = z.output<typeof databaseMarks>;

const container = databaseMarks.extend({
  networkMode: z.string().optional(),
  networksAdvanced: z.array(z.object({ name: z.string().optional() })).default([]),
  privileged: z.boolean().optional(),
  publishAllPorts: z.boolean().optional(),
  ports: z
    .array(z.object({ internal: z.number().optional(), external: z.number().optional(), ip: z.string().optional() }))
    .default([]),
  envs: words,
  command: words,
  entrypoints: words,
  healthcheck: z.object({ tests: words }).optional(),
});

export type DockerContainer = z.output<typeof container>;

/** Undefined for a resource of another type. */
export function dockerContainerOf({ type, inputs }: Subject): DockerContainer | undefined {
  return type === containerType ? container.parse(inputs) : undefined;
}

/** By its image, which may be a bare id, by that image's name in the label, and by what it keeps. */
export function holdsDatabase({ image, labels, mounts, volumes }: DatabaseMarks): boolean {
  const named = labels.flatMap(({ label, value }) => (label === 'codeb.image' ? value : []));
  const folders = [...mounts.map(({ target }) => target), ...volumes.map(({ containerPath }) => containerPath)];
  return (
    [image, ...named].some((one) => one !== undefined && isDatabase(one)) ||
    folders.some((folder) => folder !== undefined && isDatabaseFolder(folder))
  );
}

/** Folder or volume of the server that keeps a database's data when its container goes; undefined where none does. */
export function keptData({ mounts, volumes }: DatabaseMarks): string | undefined {
  const kept = [
    ...mounts.map(({ target, ...rest }) => ({ ...rest, folder: target })),
    ...volumes.map(({ containerPath, hostPath, volumeName, readOnly }) => {
      return { source: hostPath ?? volumeName, folder: containerPath, readOnly };
    }),
  ];
  return kept.find(({ folder, readOnly }) => folder !== undefined && keepsData(folder) && !readOnly)?.source;
}

/** `NAME=value`, each with the property that names it: `envs.PORT`. */
export function variablesOf({ envs }: DockerContainer): Text[] {
  return envs.flatMap((line) => {
    const [, name, value] = /^([^=]+)=([^]*)$/.exec(line ?? '') ?? [];
    return name === undefined || value === undefined ? [] : [{ property: `envs.${name}`, text: value }];
  });
}

/** What it runs: words of a command on one line, as a shell has them. */
export function commandsOf({ command, entrypoints, healthcheck }: DockerContainer): Text[] {
  const all = { command, entrypoints, 'healthcheck.tests': healthcheck?.tests ?? [] };
  return Object.entries(all).flatMap(([property, list]) =>
    list.length === 0 ? [] : [{ property, text: list.flatMap((word) => word ?? []).join(' ') }],
  );
}
