/** A hosted project: what it is, wherever it runs. */
import { z } from 'zod';
import { environmentNames, systemPortNames } from './environments.ts';
import { image } from './image.ts';
import { dnsName, label } from './names.ts';

const port = z.int().min(1).max(65535);

const publishedPort = z.union([port, z.enum(systemPortNames)], {
  error: `expected a port, or the name of a system port (${systemPortNames.join(', ')})`,
});

/** systemd's own limits of the service, over a default for each: systemd.resource-control(5). */
function limits(memory: string) {
  return z
    .strictObject({
      /** As systemd takes it, for instance `512M`. */
      memory: z
        .string()
        .regex(/^\d+[KMG]$/, "expected a size such as '512M'")
        .default(memory),
      /** Processor cores; 0.5 is half the time of one. */
      cpus: z.number().positive().max(512).default(1),
      /** Processes and threads. */
      tasks: z.int().min(1).default(256),
    })
    .prefault({});
}

/** A role and a database of PostgreSQL; quoted wherever it is used, so hyphens are fine. */
const databaseName = z
  .string()
  .max(63)
  .regex(/^[a-z][a-z0-9_-]*$/, 'expected lower-case letters, digits, _ and -, a letter first')
  .refine((name) => !['postgres', 'template0', 'template1'].includes(name) && !name.startsWith('pg_'), {
    message: "is PostgreSQL's own name",
  });

const publish = z.boolean().default(true);

const postgres = z.discriminatedUnion('kind', [
  z.strictObject({
    /** An instance of its own, in the project's pod. */
    kind: z.literal('own'),
    version: z.int().min(12).max(99).default(15),
    /** Name of the database and of its role; the project's name where none is given. */
    database: databaseName.optional(),
    limits: limits('512M'),
    /** Whether it is reached from the server at 127.0.0.1, on a port of the database range. */
    publish,
  }),
  z.strictObject({
    /** A database in the instance that the environment's projects on a server share. */
    kind: z.literal('shared'),
    database: databaseName.optional(),
  }),
]);

const redis = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('own'),
    version: z.int().min(6).max(99).default(7),
    limits: limits('256M'),
    publish,
  }),
  z.strictObject({ kind: z.literal('shared') }),
]);

const app = z.strictObject({
  image,
  /** Port that the app listens on inside; it is told as `PORT`. */
  port: port.default(3000),
  /** Port on the server instead of an allotted one: a number of the range, or a system port by its name. */
  publishedPort: publishedPort.optional(),
  health: z
    .strictObject({
      path: z
        .string()
        .regex(/^\/[\w./-]*$/, "expected a path such as '/api/health'")
        .default('/api/health'),
      /** Seconds: 30 tries of 10 s. Source: CodeB master plan, 4.2 and 10. */
      deadline: z.int().min(1).max(3600).default(300),
    })
    .prefault({}),
  limits: limits('512M'),
  /** Only `/tmp` can be written to, and is empty at each start. */
  readOnlyRoot: z.boolean().default(true),
  /** In place of the image's own command. */
  command: z.array(z.string().min(1)).min(1).optional(),
});

/** What the platform tells every app, so that no project declares it. */
export const reservedVariables = [
  'PORT',
  'DATABASE_URL',
  'REDIS_URL',
  'REDIS_KEY_PREFIX',
  'CODEB_ENVIRONMENT',
  'CODEB_PROJECT',
  'CODEB_VERSION',
] as const;

const value = z.string().regex(/^[^\n\r\0]*$/, 'must be one line: an environment file has no other');

const variable = z.discriminatedUnion('kind', [
  /** Reaches the users' browsers. */
  z.strictObject({ kind: z.literal('public'), value }),
  z.strictObject({ kind: z.literal('config'), value }),
  /** Its value is in the stack's secret `codeb:variables`. */
  z.strictObject({ kind: z.literal('secret') }),
]);

const variables = z
  .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "expected a name such as 'LOG_LEVEL'"), variable)
  .superRefine((all, context) => {
    for (const [name, { kind }] of Object.entries(all)) {
      if (kind === 'secret' && name.startsWith('NEXT_PUBLIC_')) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'is a secret, and NEXT_PUBLIC_* is built into pages',
        });
      }
      if (reservedVariables.some((reserved) => reserved === name)) {
        context.addIssue({ code: 'custom', path: [name], message: 'is set by the platform' });
      }
    }
  });

const deployment = z.strictObject({
  server: label,
  image: image.optional(),
  publishedPort: publishedPort.optional(),
  /** Names beside the derived one. */
  customDomains: z.array(dnsName).default([]),
});

export const project = z.strictObject({
  name: label
    .refine((name) => name !== 'shared', { message: 'is the name of the shared databases' })
    .refine((name) => !/-(staging|pr-\d+)$/.test(name), { message: 'ends like the slug of another environment' }),
  /** Kind of app, for people and for the registry document. */
  type: z.string().min(1).optional(),
  repository: z.url().optional(),
  /** A part of the platform itself: may claim a system port, and its host is one label in every environment. */
  system: z.boolean().default(false),
  domain: z.strictObject({
    base: dnsName,
    /** Label below the base domain; the project's name where none is given. */
    host: label.optional(),
  }),
  environments: z
    .partialRecord(z.enum(environmentNames), deployment)
    .refine((all) => Object.keys(all).length > 0, { message: 'expected at least one environment' }),
  services: z.strictObject({ app, postgres: postgres.optional(), redis: redis.optional() }),
  variables: variables.default({}),
  /** What a delete does with the project's folder; the environment's rule where none is given. */
  onDelete: z.enum(['keep', 'archive', 'remove']).optional(),
});

/** As a project file writes it. */
export type ProjectSpec = z.input<typeof project>;
export type Project = z.output<typeof project>;
export type Limits = z.output<ReturnType<typeof limits>>;
