import type * as pulumi from '@pulumi/pulumi';
import { environmentFile, ownRedisUrl, queueRedisUrl, redisSecrets } from '../stacks/environment-files.ts';
import type { Pod } from '../stacks/pod.ts';
import { type PlannedPassword, plannedPassword } from './passwords.ts';
import { plannedFile, type WorkloadFiles } from './workload-files.ts';

/**
 * Redis in a pod: its password and what it is started with. A part of its parent, with no node of its own.
 *
 * @example new Redis(pod, { parent, provider }).url
 */
export class Redis {
  /** Its environment file. */
  readonly files: WorkloadFiles;
  /** Of its default user. */
  readonly password: PlannedPassword;
  /** `REDIS_URL` for the containers of the same pod. */
  readonly url: string;
  /** The same for workers, by the socket. */
  readonly queueUrl: string;

  /** @param pod As the plan has it. */
  constructor(pod: Pod, opts: pulumi.CustomResourceOptions) {
    this.password = plannedPassword(pod, 'redis', opts);
    const { reference } = this.password;
    this.files = plannedFile(pod, 'config/redis.secrets.env', environmentFile(redisSecrets(reference)));
    this.url = ownRedisUrl(reference);
    this.queueUrl = queueRedisUrl(reference);
  }
}
