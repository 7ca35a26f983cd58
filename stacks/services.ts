/** What a project runs: apps behind the proxy, workers without a network, databases. */
import { z } from 'zod';
import { environmentNames, systemPortNames } from './environments.ts';
import { image } from './image.ts';
import { label } from './names.ts';

/** A TCP port. */
export const port = z.int().min(1).max(65535);

/** A port of the server, by its number or by the name of a system port (`stacks/environments.ts`). */
export const publishedPort = z.union([port, z.enum(systemPortNames)], {
  error: `expected a port, or the name of a system port (${systemPortNames.join(', ')})`,
});

/** systemd's own limits of the service, over a default for each: systemd.resource-control(5). */
function limits(memory: string) {
  return z
    .strictObject({
      /** As systemd takes it, for instance `512M`. */
      memory: z
        .string()
        .regex(/^[1-9]\d{0,8}[KMG]$/, "expected a size such as '512M'")
        .default(memory),
      /** Processor cores; 0.5 is half the time of one. */
      cpus: z.number().min(0.01).max(512).default(1),
      /** Processes and threads. */
      tasks: z.int().min(1).default(256),
    })
    .prefault({});
}

/** Of PostgreSQL itself: its administrator's role and database, and what new databases are made of. */
export const postgresOwnNames: readonly string[] = ['postgres', 'template0', 'template1'];

/** A role and a database of PostgreSQL; quoted wherever it is used, so hyphens are fine. */
const databaseName = z
  .string()
  .max(63)
  .regex(/^[a-z][a-z0-9_-]*$/, 'expected lower-case letters, digits, _ and -, a letter first')
  .refine((name) => !postgresOwnNames.includes(name) && !name.startsWith('pg_'), {
    message: "is PostgreSQL's own name",
  });

/** Whether it is reached from the server at 127.0.0.1, on a port of its kind's range. */
const publish = z.boolean().default(true);

/** Environments in which the app's connection can only read. */
const readOnlyIn = z.array(z.enum(environmentNames)).default([]);

export const postgres = z.discriminatedUnion('kind', [
  z.strictObject({
    /** An instance of its own, in the project's pod. */
    kind: z.literal('own'),
    /** Tag of the official image. */
    version: z.int().min(12).max(99).default(15),
    /** Name of the database and of its role; the project's name where none is given. */
    database: databaseName.optional(),
    limits: limits('512M'),
    /** Whether it is reached from the server at 127.0.0.1, on a port of the database range. */
    publish,
    readOnlyIn,
    /** `wal_level=logical`: PostgreSQL 15, 31 "Logical Replication". */
    logicalReplication: z.boolean().default(false),
    /**
     * Days back to any moment of which the database can be restored, in environments that keep that; none where not
     * given. PostgreSQL 15, 26.3 "Continuous Archiving and Point-in-Time Recovery".
     */
    recoveryDays: z.int().min(1).max(90).optional(),
    /**
     * Whether a preview starts from the dumps (`*.sql`) in `/var/lib/codeb/templates/{project}` of its server, which
     * hold no production data; the official image reads them into a new database.
     */
    template: z.boolean().default(false),
  }),
  z.strictObject({
    /** A database in the instance that the environment's projects on a server share. */
    kind: z.literal('shared'),
    database: databaseName.optional(),
    readOnlyIn,
  }),
]);

export const redis = z.discriminatedUnion('kind', [
  z.strictObject({
    /** An instance of its own, in the project's pod. */
    kind: z.literal('own'),
    /** Tag of the official image. */
    version: z.int().min(6).max(99).default(7),
    limits: limits('256M'),
    publish,
  }),
  z.strictObject({
    /** A user of the instance that the environment's projects on a server share; its keys begin with its name. */
    kind: z.literal('shared'),
  }),
]);

/** Of a service in an environment. */
export const mostReplicas = 100;

const command = z.array(z.string().min(1)).min(1);

/** Changes of the database's schema, made by the new image before the app changes. */
const migrations = z.strictObject({
  /** Run by the new image; it has the app's variables. */
  command,
  /** Folder of the `.sql` files in the image, in the order of their names, however deep. */
  folder: z.string().regex(/^\/[\w@./-]+$/, "expected an absolute path such as '/app/prisma/migrations'"),
  /** Seconds that the command may take. */
  deadline: z.int().min(1).max(3600).default(600),
  /** Files whose destructive statements were looked at and are meant: production takes no other. */
  contracts: z.array(z.string().min(1)).default([]),
});

export const app = z.strictObject({
  /** What runs where no environment and no stack names another. */
  image,
  /** Port that the app listens on inside; it is told as `PORT`, and each further replica gets the next one. */
  port: port.default(3000),
  /** Port on the server instead of an allotted one: a number of the range, or a system port by its name. */
  publishedPort: publishedPort.optional(),
  /** Label before the project's own name; one app of a project has none. */
  subdomain: label.optional(),
  /** Containers of it, which are asked in turn. */
  replicas: z.int().min(1).max(20).default(1),
  /** What decides whether a deploy holds. */
  health: z
    .strictObject({
      /** Asked of each replica until it answers with success. */
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
  command: command.optional(),
  migrations: migrations.optional(),
});

/** Runs what it finds in the project's Redis, which it reaches by a socket: it has no network. */
export const worker = z.strictObject({
  /** What runs where no environment and no stack names another. */
  image,
  /** Containers of it; a preview has none. */
  replicas: z.int().min(0).max(mostReplicas).default(1),
  limits: limits('512M'),
  /** Only `/tmp` can be written to, and is empty at each start. */
  readOnlyRoot: z.boolean().default(true),
  /** In place of the image's own command. */
  command: command.optional(),
});

export const services = z
  .strictObject({
    /** What answers requests, behind the proxy; one of them has the project's own name. */
    apps: z.record(label, app).default({}),
    /** What takes work from the project's Redis and has no network. */
    workers: z.record(label, worker).default({}),
    /** PostgreSQL, told to apps as `DATABASE_URL`. */
    postgres: postgres.optional(),
    /** Redis, told to apps and workers as `REDIS_URL`. */
    redis: redis.optional(),
  })
  .superRefine((given, context) => {
    const { apps, workers } = given;
    const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const names = [
      ...Object.keys(apps).map((name) => ['apps', name]),
      ...Object.keys(workers).map((name) => ['workers', name]),
    ];
    for (const [kind = '', name = ''] of names) {
      // Others than this program call `postgres` `db` (stacks/registry.ts).
      if (['postgres', 'db', 'redis', 'backup'].includes(name))
        issue([kind, name], 'is the name of a container of databases');
      if (/-\d+$/.test(name)) issue([kind, name], 'ends like the name of a replica');
      if (/^(staging|(shared-)?pr-\d+)-/.test(name))
        issue([kind, name], 'begins as the slug of another environment ends');
      if (kind === 'workers' && name in apps) issue([kind, name], 'is the name of an app as well');
    }
    const primary = Object.entries(apps).filter(([, { subdomain }]) => subdomain === undefined);
    if (Object.keys(apps).length > 0 && primary.length !== 1) {
      const found = primary.map(([name]) => name).join(', ') || 'none';
      issue(['apps'], `exactly one app has the project's own name (no subdomain), and here it is ${found}`);
    }
    const holders = new Map<string, string>();
    for (const [name, { subdomain }] of Object.entries(apps)) {
      if (subdomain === undefined) continue;
      const holder = holders.get(subdomain);
      if (holder) issue(['apps', name, 'subdomain'], `is the subdomain of app '${holder}' as well`);
      holders.set(subdomain, name);
    }
    for (const { app, message } of innerPortProblems(given)) issue(['apps', app, 'port'], message);
  });

interface Listening {
  apps: Record<string, { port: number; replicas: number }>;
  postgres?: { kind: 'own' | 'shared' } | undefined;
  redis?: { kind: 'own' | 'shared' } | undefined;
}

/** Ports that two containers of a pod would listen on, or that are none. It is asked before counts are known to be right. */
export function innerPortProblems({ apps, postgres, redis }: Listening): { app: string; message: string }[] {
  const holders = new Map<number, string>();
  if (postgres?.kind === 'own') holders.set(5432, 'PostgreSQL');
  if (redis?.kind === 'own') holders.set(6379, 'Redis');
  return Object.entries(apps).flatMap(([app, { port: first, replicas }]) => {
    const count = Math.min(Math.max(replicas, 0), mostReplicas);
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    return numbers.flatMap((number) => {
      if (number > 65535) return number === 65536 && first < number ? [{ app, message: tooHigh }] : [];
      const holder = holders.get(number);
      holders.set(number, holder ?? `app '${app}'`);
      return holder === undefined ? [] : [{ app, message: `${number} is a port of ${holder} in the same pod` }];
    });
  });
}

const tooHigh = 'its replicas go beyond port 65535';

/** What has an image that an environment or a stack may name another for: apps and workers. */
export function serviceNames({ apps = {}, workers = {} }: z.input<typeof services>): string[] {
  return [...Object.keys(apps), ...Object.keys(workers)];
}

export type Services = z.output<typeof services>;
export type App = z.output<typeof app>;
export type Worker = z.output<typeof worker>;
export type Limits = z.output<ReturnType<typeof limits>>;
export type Migrations = z.output<typeof migrations>;
