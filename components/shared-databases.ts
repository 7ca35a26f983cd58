import { remote } from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { sharedPostgresUrl, sharedRedisUrl } from '../stacks/environment-files.ts';
import { containerName } from '../stacks/names.ts';
import type { PlannedProject } from '../stacks/planned-project.ts';
import type { DatabaseKind, Pod } from '../stacks/pod.ts';
import { accessCommands, postgresAccess, redisAccess } from '../stacks/shared-access.ts';
import { plannedPassword } from './passwords.ts';
import { podWorkload } from './pod-workload.ts';
import { Ports } from './ports.ts';
import { Postgres } from './postgres.ts';
import { Redis } from './redis.ts';
import type { Server } from './server.ts';

export interface SharedDatabasesArgs {
  pod: Pod;
  server: Server;
}

/** The instance of PostgreSQL and Redis that the projects of a stack share on a server. */
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
    podWorkload({ pod, ports: new Ports(pod, inside), files }, inside);
    this.registerOutputs();
  }

  /** The project's own role and database; the URL is a secret. A delete leaves both where they are. */
  database(project: PlannedProject, opts: pulumi.CustomResourceOptions): SharedAccess {
    const database = project.sharedDatabase ?? project.name;
    const password = plannedPassword(project, 'postgres', opts);
    const input = password.apply((value) => postgresAccess(database, value));
    return {
      granted: this.#grant(project, 'postgres', input, opts),
      url: password.apply((value) => sharedPostgresUrl(database, value)),
    };
  }

  /** The project's own user of Redis; the URL is a secret. */
  cache(project: PlannedProject, opts: pulumi.CustomResourceOptions): SharedAccess {
    const password = plannedPassword(project, 'redis', opts);
    const input = password.apply((value) => redisAccess(project.name, value));
    return {
      granted: this.#grant(project, 'redis', input, opts),
      url: password.apply((value) => sharedRedisUrl(project.name, value)),
    };
  }

  #grant(
    project: PlannedProject,
    kind: DatabaseKind,
    stdin: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
  ) {
    const { connection, privilege } = this.#server;
    const create = asAccount(privilege, `podman exec -i ${containerName(this.#slug, kind)} sh -c '${quoted(kind)}'`);
    // Not of the provider `codeb`; and the containers have to run.
    const { provider: _, ...rest } = opts;
    const after = { ...rest, dependsOn: [this] };
    return new remote.Command(
      `${project.slug}-${kind}-access`,
      { connection, create, stdin, addPreviousOutputInEnv: false },
      after,
    );
  }
}

export interface SharedAccess {
  granted: remote.Command;
  url: pulumi.Output<string>;
}

function quoted(kind: DatabaseKind): string {
  return accessCommands[kind].replaceAll("'", `'\\''`);
}

/** A command as the containers' user, in that user's own systemd: no process of another session enters them. */
function asAccount(privilege: 'root' | 'sudo', command: string): string {
  const root = privilege === 'sudo' ? 'sudo -n ' : '';
  const account = 'runuser -u codeb -- env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR=/run/user/$(id -u codeb)';
  return `cd / && ${root}${account} systemd-run --user -q --pipe --wait --collect ${command}`;
}
