import { remote } from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { sharedPostgresUrl, sharedRedisUrl } from '../stacks/environment-files.ts';
import { containerName } from '../stacks/names.ts';
import type { DatabaseKind, Pod } from '../stacks/pod.ts';
import { accessCommands, postgresAccess, redisAccess } from '../stacks/shared-access.ts';
import { type PlannedPassword, plannedPassword } from './passwords.ts';
import { pinnedImages } from './pinned-images.ts';
import { podWorkload } from './pod-workload.ts';
import { Ports } from './ports.ts';
import { Postgres } from './postgres.ts';
import { Redis } from './redis.ts';
import type { Server } from './server.ts';

export interface SharedDatabasesArgs {
  /** Of the instance, as the plan has it. */
  pod: Pod;
  /** Where it runs. */
  server: Server;
}

/**
 * The instance of PostgreSQL and Redis that the projects of a stack share on a server.
 *
 * @example new SharedDatabases('main-shared', { pod: plan.servers.main.shared, server })
 */
export class SharedDatabases extends pulumi.ComponentResource {
  readonly #server: Server;
  readonly #slug: string;

  constructor(name: string, { pod, server }: SharedDatabasesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('codeb:index:SharedDatabases', name, {}, opts);
    this.#server = server;
    this.#slug = pod.slug;
    const inside = { parent: this, provider: server.provider, dependsOn: [server.prepared] };
    const postgres = pod.postgres && new Postgres(pod, pod.postgres, inside);
    const redis = pod.redis && new Redis(pod, inside);
    const files = [postgres?.files ?? {}, redis?.files ?? {}];
    const passwords = [postgres, redis].flatMap((database) => database?.password ?? []);
    podWorkload({ pod, ports: new Ports(pod, inside), pinned: pinnedImages(pod), files, passwords }, inside);
    this.registerOutputs();
  }

  /** A role and a database of its own for a pod. A delete leaves both where they are. */
  database(pod: Pod, database: string, opts: pulumi.CustomResourceOptions): SharedAccess {
    const password = plannedPassword(pod, 'postgres', opts);
    const statements = postgresAccess(database, password.reference);
    return {
      password,
      granted: this.#grant(pod, 'postgres', { password, statements }, opts),
      url: sharedPostgresUrl(database, password.reference),
    };
  }

  /** A user of Redis of its own for a pod. */
  cache(pod: Pod, user: string, opts: pulumi.CustomResourceOptions): SharedAccess {
    const password = plannedPassword(pod, 'redis', opts);
    const statements = redisAccess(user, password.reference);
    return {
      password,
      granted: this.#grant(pod, 'redis', { password, statements }, opts),
      url: sharedRedisUrl(user, password.reference),
    };
  }

  #grant(
    pod: Pod,
    kind: DatabaseKind,
    { password, statements }: { password: PlannedPassword; statements: string },
    opts: pulumi.CustomResourceOptions,
  ) {
    const { connection, privilege } = this.#server;
    const enter = asAccount(privilege, `podman exec -i ${containerName(this.#slug, kind)} sh -c '${quoted(kind)}'`);
    const create = `cd / && ${filledIn(privilege, password)} | ${enter}`;
    // Not of the provider `codeb`; and the containers have to run.
    const { provider: _, ...rest } = opts;
    const after = { ...rest, dependsOn: [this] };
    return new remote.Command(
      `${pod.slug}-${kind}-access`,
      // Another password is given to the database as well.
      {
        connection,
        create,
        stdin: statements,
        triggers: [password.resource.fingerprint],
        addPreviousOutputInEnv: false,
      },
      after,
    );
  }
}

export interface SharedAccess {
  password: PlannedPassword;
  granted: remote.Command;
  url: string;
}

function quoted(kind: DatabaseKind): string {
  return accessCommands[kind].replaceAll("'", `'\\''`);
}

/**
 * Standard input with the password in the place of its reference, by what bash does itself: no command
 * line shows it. Without a password comes what no database takes for a statement.
 */
function filledIn(privilege: 'root' | 'sudo', { path, reference }: PlannedPassword): string {
  const script = `IFS= read -r -d "" text; value=$(<${path}) || { echo no password; exit 1; }; printf %s "\${text//"${reference}"/"$value"}"`;
  return `${privilege === 'sudo' ? 'sudo -n ' : ''}bash -c '${script}'`;
}

/** A command as the containers' user, in that user's own systemd: no process of another session enters them. */
function asAccount(privilege: 'root' | 'sudo', command: string): string {
  const root = privilege === 'sudo' ? 'sudo -n ' : '';
  const account = 'runuser -u codeb -- env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR=/run/user/$(id -u codeb)';
  return `${root}${account} systemd-run --user -q --pipe --wait --collect ${command}`;
}
