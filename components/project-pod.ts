import type * as pulumi from '@pulumi/pulumi';
import type { PlannedProject } from '../stacks/planned-project.ts';
import type { Pod } from '../stacks/pod.ts';
import type { Pinned } from '../stacks/units.ts';
import type { Bucket } from './bucket.ts';
import { podSite } from './caddy-site.ts';
import type { Workload } from './codeb.ts';
import { dnsRecord } from './dns-record.ts';
import { plannedMigrations } from './migrations.ts';
import { pinnedImages } from './pinned-images.ts';
import { podWorkload } from './pod-workload.ts';
import { Ports } from './ports.ts';
import { Postgres } from './postgres.ts';
import { Redis } from './redis.ts';
import { sealedFor } from './sealed-secrets.ts';
import type { Server } from './server.ts';
import { bucketSecrets, Services } from './services.ts';
import type { SharedAccess, SharedDatabases } from './shared-databases.ts';

export interface ProjectPodArgs {
  /** As the plan has it. */
  project: PlannedProject;
  /** Its pod, as the plan has it. */
  pod: Pod;
  /** Where it runs. */
  server: Server;
  /** The instance that it shares, where the plan says so. */
  shared: SharedDatabases | undefined;
  /** Whose keys its apps are told, where it has one. */
  bucket: Bucket | undefined;
  /** Values of the project's secret variables, by name. */
  secrets: Record<string, string>;
  /** The stack's own, which makes the fingerprints of secret variables. */
  fingerprintKey: string;
}

/**
 * What of a project runs on its server: ports, data, services, names and the site. Parts of their parent.
 *
 * @example
 * const { pod } = project;
 * new ProjectPod({ project, pod, server, shared: undefined, bucket: undefined, secrets: {}, fingerprintKey }, parent)
 */
export class ProjectPod {
  /** Its ports on the server. */
  readonly ports: Ports;
  /** What its images mean now. */
  readonly pinned: pulumi.Output<Pinned>;
  /** Its files and units. */
  readonly workload: Workload;

  constructor(args: ProjectPodArgs, parent: pulumi.Resource) {
    const { pod, project, server } = args;
    const inside = { parent, provider: server.provider, dependsOn: [server.prepared] };
    this.ports = new Ports(pod, inside);
    this.pinned = pinnedImages(pod);
    const data = dataOf(args, inside);
    this.workload = this.#workload(args, data, inside);
    const records = project.records.flatMap((record) =>
      dnsRecord(record, { parent, dependsOn: [this.workload], server: server.provider }),
    );
    if (pod.apps.length > 0) podSite(pod, this.ports, { ...inside, dependsOn: [this.workload, ...records] });
  }

  #workload({ project, pod, server, bucket, secrets, fingerprintKey }: ProjectPodArgs, data: Data, inside: Inside) {
    const { ports, pinned } = this;
    const values = {
      ...onServer(project, secrets),
      ...(bucket && Object.fromEntries(bucketSecrets.map((name) => [name, bucket.secretAccessKey]))),
    };
    const services = new Services({
      pod,
      ports,
      switches: project.switches,
      databaseUrl: data.postgres?.url ?? data.sharedPostgres?.url,
      redisUrl: data.redis?.url ?? data.sharedRedis?.url,
      queueUrl: data.redis?.queueUrl ?? data.sharedRedis?.url,
      deployed: bucket
        ? { S3_ENDPOINT: bucket.endpoint, S3_BUCKET: bucket.name, S3_ACCESS_KEY_ID: bucket.accessKeyId }
        : {},
      given: Object.keys(values),
    });
    const granted = [data.sharedPostgres, data.sharedRedis].flatMap((access) => access?.granted ?? []);
    const sealed = sealedFor(server, values, fingerprintKey);
    return podWorkload(
      {
        pod,
        ports,
        pinned,
        files: [data.postgres?.files ?? {}, data.redis?.files ?? {}, services.files],
        passwords: Object.values(data).flatMap((part) => part?.password ?? []),
        ...(sealed && { secrets: sealed }),
        migrations: plannedMigrations(pod, databaseOf(project), pinned),
        health: services.health,
      },
      { ...inside, dependsOn: [server.prepared, ...granted] },
    );
  }
}

type Inside = pulumi.CustomResourceOptions & { dependsOn: pulumi.Resource[] };

interface Data {
  postgres: Postgres | undefined;
  redis: Redis | undefined;
  sharedPostgres: SharedAccess | undefined;
  sharedRedis: SharedAccess | undefined;
}

function dataOf({ project, pod, shared }: ProjectPodArgs, inside: Inside): Data {
  const kinds = pod.shared?.kinds ?? [];
  if (kinds.length > 0 && !shared) throw new Error(`'${pod.slug}' shares databases, and was given none`);
  const database = databaseOf(project);
  return {
    postgres: pod.postgres && new Postgres(pod, pod.postgres, inside),
    redis: pod.redis && new Redis(pod, inside),
    sharedPostgres: kinds.includes('postgres') ? shared?.database(pod, database, inside) : undefined,
    sharedRedis: kinds.includes('redis') ? shared?.cache(pod, project.name, inside) : undefined,
  };
}

/** In the shared instance. */
function databaseOf({ sharedDatabase, name }: PlannedProject): string {
  return sharedDatabase ?? name;
}

/** Secret variables that a service of the server gets. */
function onServer({ pod }: PlannedProject, secrets: Record<string, string>): Record<string, string> {
  const wanted = [...(pod?.apps ?? []), ...(pod?.workers ?? [])].flatMap((service) => service.secrets);
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => wanted.includes(name)));
}
