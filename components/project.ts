import * as pulumi from '@pulumi/pulumi';
import type { PlannedProject } from '../stacks/planned-project.ts';
import { serviceState } from '../stacks/registry.ts';
import { type Allotted, unitsOf } from '../stacks/units.ts';
import { App } from './app.ts';
import { projectSite } from './caddy-site.ts';
import { dnsRecord } from './dns-record.ts';
import { podWorkload } from './pod-workload.ts';
import { Ports } from './ports.ts';
import { Postgres } from './postgres.ts';
import { Redis } from './redis.ts';
import type { Server } from './server.ts';
import type { SharedAccess, SharedDatabases } from './shared-databases.ts';

export interface ProjectArgs {
  project: PlannedProject;
  server: Server;
  /** The instance that the project shares; needed where the plan says so. */
  shared?: SharedDatabases | undefined;
  /** Values of the project's secret variables. */
  variables: pulumi.Input<Record<string, string>>;
}

/**
 * A whole project on a server: ports, data, app, name and certificate. Each is there before what needs it, and goes
 * after it. To change a child in a way that no argument offers, use Pulumi's own `transforms` option.
 *
 * @example new Project('celly-creative', { project, server, variables: {} })
 */
export class Project extends pulumi.ComponentResource {
  readonly url: string;
  /** Ports on 127.0.0.1, by pool. */
  readonly ports: pulumi.Output<Allotted>;
  /** Names of the Quadlet units. */
  readonly units: string[];
  /** The app's image as the plan names it. */
  readonly image: string;
  /** What that name meant when it was deployed, for instance `sha256:…`. */
  readonly digest: pulumi.Output<string>;
  /** `running` when every service of the project is active, else `degraded`. */
  readonly status: pulumi.Output<'running' | 'degraded'>;

  constructor(name: string, args: ProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super('codeb:index:Project', name, {}, opts);
    const { project, server } = args;
    const inside = { parent: this, provider: server.provider, dependsOn: [server.prepared] };

    const ports = new Ports(project, inside);
    const data = this.#data(args, inside);
    const workload = this.#workload(args, { ports, data }, inside);
    const records = project.records.map((record) => dnsRecord(record, { ...inside, dependsOn: [workload] }));
    projectSite(project, ports, { ...inside, dependsOn: [workload, ...records] });

    this.url = project.url;
    this.ports = ports.allotted;
    this.units = Object.keys(unitsOf(project, {}));
    this.image = project.app.image;
    this.digest = workload.images.apply((images) => images[project.app.image] ?? '');
    this.status = workload.status.apply(serviceState);
    this.registerOutputs({ url: this.url, ports: this.ports, status: this.status });
  }

  #data({ project, shared }: ProjectArgs, inside: pulumi.CustomResourceOptions): Data {
    const kinds = project.shared?.kinds ?? [];
    if (kinds.length > 0 && !shared) throw new Error(`'${project.slug}' shares databases, and was given none`);
    return {
      postgres: project.postgres && new Postgres(project, project.postgres, inside),
      redis: project.redis && new Redis(project, inside),
      sharedPostgres: kinds.includes('postgres') ? shared?.database(project, inside) : undefined,
      sharedRedis: kinds.includes('redis') ? shared?.cache(project, inside) : undefined,
    };
  }

  #workload({ project, server, variables }: ProjectArgs, { ports, data }: Parts, inside: pulumi.CustomResourceOptions) {
    const databaseUrl = data.postgres?.url ?? data.sharedPostgres?.url;
    const redisUrl = data.redis?.url ?? data.sharedRedis?.url;
    const app = new App(project, { ports, databaseUrl, redisUrl, variables });
    const files = [data.postgres?.files ?? {}, data.redis?.files ?? {}, app.files];
    const granted = [data.sharedPostgres, data.sharedRedis].flatMap((access) => access?.granted ?? []);
    const passwords = Object.values(data).flatMap((part) => part?.password ?? []);
    return podWorkload(
      { pod: project, ports, files, passwords, health: app.health },
      { ...inside, dependsOn: [server.prepared, ...granted] },
    );
  }
}

interface Data {
  postgres: Postgres | undefined;
  redis: Redis | undefined;
  sharedPostgres: SharedAccess | undefined;
  sharedRedis: SharedAccess | undefined;
}

interface Parts {
  ports: Ports;
  data: Data;
}
