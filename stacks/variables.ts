/** The variable matrix: each key once, with what it is, where it is kept and in which environments. */
import { z } from 'zod';
import { type EnvironmentName, environmentNames } from './environments.ts';
import { keyIn } from './key-formats.ts';
import { label } from './names.ts';
import { publicPrefixOf } from './public-names.ts';

/** What the platform tells an app, so that no project declares it. */
export const reservedVariables = [
  'PORT',
  'DATABASE_URL',
  'REDIS_URL',
  'REDIS_KEY_PREFIX',
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'CODEB_ENVIRONMENT',
  'CODEB_PROJECT',
  'CODEB_SWITCHES_FILE',
  'CODEB_VERSION',
] as const;

export const stores = ['server', 'github', 'pages'] as const;
export type Store = (typeof stores)[number];

const line = z.string().regex(/^[^\n\r\0]*$/, 'must be one line: an environment file has no other');
const environment = z.enum(environmentNames);

const common = {
  /** The server's environment files, the GitHub environment, the Pages project. */
  stores: z.array(z.enum(stores)).min(1).default(['server']),
  /** Apps and workers on the server that get it; all apps where none is named, and no worker. */
  services: z.array(label).optional(),
};

/**
 * One value for all environments that have it, or one for each. `{{url}}` and `{{domain}}` stand for the project's own,
 * `{{url api}}` for those of an app.
 */
const value = z.union([line, z.partialRecord(environment, line)]);

const variable = z.discriminatedUnion('kind', [
  /** Reaches the users' browsers. */
  z.strictObject({ kind: z.literal('public'), value, ...common }),
  /** No secret, and nothing for browsers. */
  z.strictObject({ kind: z.literal('config'), value, ...common }),
  /** Its value is in the stack's secret `codeb:variables`. */
  z.strictObject({
    kind: z.literal('secret'),
    /** Environments that have it. */
    environments: z
      .array(environment)
      .min(1)
      .default([...environmentNames]),
    /** Environments that do without it where it is not set. */
    optionalIn: z.array(environment).default([]),
    /** Days. Source: PaintShare's operations plan, 3: at most 90. */
    rotateDays: z.int().min(1).max(90).default(90),
    ...common,
  }),
]);

export const variables = z
  .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "expected a name such as 'LOG_LEVEL'"), variable)
  .superRefine((all, context) => {
    for (const [name, variable] of Object.entries(all)) {
      const { kind } = variable;
      const issue = (message: string) => context.addIssue({ code: 'custom', path: [name], message });
      const prefix = publicPrefixOf(name);
      if (prefix !== undefined && kind === 'secret') issue(`is a secret, and ${prefix}* is built into pages`);
      if (prefix !== undefined && kind === 'config') issue('is built into pages: its kind is public');
      const found = variable.kind === 'secret' ? undefined : keyAmong(variable.value);
      if (found !== undefined) {
        const who = kind === 'public' ? 'everybody reads it' : 'it is kept in plain text';
        issue(`holds ${found}, and ${who}: expected kind 'secret', and its value in codeb:variables`);
      }
      if (reservedVariables.some((reserved) => reserved === name)) issue('is set by the platform');
    }
  });

function keyAmong(given: z.output<typeof value>): string | undefined {
  return keyIn(Object.values(typeof given === 'string' ? [given] : given).join('\n'));
}

export type Variables = z.output<typeof variables>;

interface Kept {
  name: string;
  stores: Store[];
  /** Apps and workers; undefined means all apps. */
  services?: string[];
}

/** A variable as one environment has it. */
export type PlannedVariable =
  | (Kept & { kind: 'public' | 'config'; value: string })
  | (Kept & { kind: 'secret'; required: boolean; rotateDays: number });

/** What an environment has of the matrix. */
export function variablesIn(all: Variables, environment: EnvironmentName): PlannedVariable[] {
  return Object.entries(all).flatMap(([name, variable]): PlannedVariable[] => {
    const kept = {
      name,
      stores: variable.stores,
      ...(variable.services && { services: variable.services }),
    };
    if (variable.kind === 'secret') {
      if (!variable.environments.includes(environment)) return [];
      const { kind, rotateDays, optionalIn } = variable;
      return [{ ...kept, kind, rotateDays, required: !optionalIn.includes(environment) }];
    }
    const value = typeof variable.value === 'string' ? variable.value : variable.value[environment];
    return value === undefined ? [] : [{ ...kept, kind: variable.kind, value }];
  });
}

/** Whether an app or a worker of the server gets it. */
export function reaches(
  { stores, services }: PlannedVariable,
  service: { name: string; kind: 'app' | 'worker' },
): boolean {
  if (!stores.includes('server')) return false;
  return services ? services.includes(service.name) : service.kind === 'app';
}

const reference = /\{\{(url|domain)(?: ([a-z0-9-]+))?\}\}/g;

/** A value with the project's own addresses in the place of their references; an unknown app is left as it stands. */
export function withAddresses(value: string, domainOf: (app: string | undefined) => string | undefined): string {
  return value.replace(reference, (text, what: string, app: string | undefined) => {
    const domain = domainOf(app);
    if (domain === undefined) return text;
    return what === 'url' ? `https://${domain}` : domain;
  });
}

export function refersToAddress(value: string): boolean {
  return value.search(reference) >= 0;
}

/** References that name no app of the project. */
export function strayReferences(value: string): string[] {
  // From each `{{` on its own: a pattern with both ends would look from each through the whole rest.
  return value.split('{{').flatMap((rest, index) => {
    const [end] = index > 0 ? (/^[^}]*\}\}/.exec(rest) ?? []) : [];
    return end === undefined ? [] : [`{{${end}`];
  });
}
