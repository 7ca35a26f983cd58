import * as pulumi from '@pulumi/pulumi';
import { secretReference } from '../provider/secret-reference.ts';
import { environmentFile, readOnlyUrl } from '../stacks/environment-files.ts';
import { containerName } from '../stacks/names.ts';
import type { PlannedProject } from '../stacks/planned-project.ts';
import {
  type AppService,
  environmentFilesOf,
  migrationFile,
  type Pod,
  switchesFile,
  type WorkerService,
} from '../stacks/pod.ts';
import type { Ports } from './ports.ts';
import { plannedFile, type WorkloadFiles } from './workload-files.ts';

export interface ServicesArgs {
  /** As the plan has it. */
  pod: Pod;
  /** Its ports on the server. */
  ports: Ports;
  /** What apps read from `CODEB_SWITCHES_FILE`. */
  switches: PlannedProject['switches'];
  /** Of the database; apps of a pod that may only read get it so. */
  databaseUrl?: string | undefined;
  /** `REDIS_URL` of the apps. */
  redisUrl?: string | undefined;
  /** That of the workers, who reach Redis by a socket. */
  queueUrl?: string | undefined;
  /** Plain variables that only a deployment knows, such as those of the bucket. */
  deployed: Record<string, pulumi.Input<string>>;
  /** Names of the secret variables that have a value; those of `deployed` as well. */
  given: readonly string[];
}

/**
 * The apps and workers of a project: their variables and the checks that decide over a deploy. Parts of their parent.
 *
 * @example new Services({ pod, ports, switches: {}, databaseUrl: postgres.url, deployed: {}, given: [] })
 */
export class Services {
  /** Their environment files, and that of the switches. */
  readonly files: WorkloadFiles;
  /** One check a replica; deadlines in seconds. */
  readonly health: { service: string; url: pulumi.Output<string>; deadline: number }[];

  constructor(args: ServicesArgs) {
    const { pod, ports, switches } = args;
    const { databaseUrl, redisUrl, queueUrl } = args;
    const appUrl = databaseUrl !== undefined && pod.readOnly ? readOnlyUrl(databaseUrl) : databaseUrl;
    this.files = {
      ...Object.assign({}, ...pod.apps.map((app) => files(args, app, { DATABASE_URL: appUrl, REDIS_URL: redisUrl }))),
      ...Object.assign({}, ...pod.workers.map((worker) => files(args, worker, { REDIS_URL: queueUrl }))),
      ...(databaseUrl !== undefined &&
        pod.readOnly &&
        plannedFile(pod, migrationFile, environmentFile({ DATABASE_URL: databaseUrl }))),
      ...(Object.keys(switches).length > 0 &&
        plannedFile(pod, switchesFile, `${JSON.stringify(switches, undefined, 2)}\n`)),
    };
    this.health = pod.apps.flatMap(({ replicas, health }) =>
      replicas.map(({ name }) => ({
        service: `${containerName(pod.slug, name)}.service`,
        url: pulumi.interpolate`http://127.0.0.1:${ports.of(name)}${health.path}`,
        deadline: health.deadline,
      })),
    );
  }
}

/** A service's two files: what is no secret, and what names secrets. */
function files(
  { pod, deployed, given }: ServicesArgs,
  service: AppService | WorkerService,
  urls: Record<string, string | undefined>,
): WorkloadFiles {
  const { plain, secret } = environmentFilesOf(service.name);
  const known = Object.entries(urls).flatMap(([name, url]) => (url === undefined ? [] : [[name, url]]));
  const isApp = 'domains' in service;
  const bucket = isApp ? deployed : {};
  const names = given.filter((name) => service.secrets.includes(name) || (isApp && bucketSecrets.includes(name)));
  const secrets = {
    ...Object.fromEntries(known),
    ...Object.fromEntries(names.map((name) => [name, secretReference(name)])),
  };
  const content = pulumi.output(bucket).apply((values) => environmentFile({ ...service.environment, ...values }));
  return {
    ...plannedFile(pod, plain, Object.keys(bucket).length > 0 ? content : environmentFile(service.environment)),
    ...plannedFile(pod, secret, environmentFile(secrets)),
  };
}

/** What a bucket's key is told as. */
export const bucketSecrets = ['S3_SECRET_ACCESS_KEY'];
