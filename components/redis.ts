import type * as pulumi from '@pulumi/pulumi';
import { environmentFile, ownRedisUrl, redisSecrets } from '../stacks/environment-files.ts';
import type { Pod } from '../stacks/pod.ts';
import { plannedPassword } from './passwords.ts';
import { plannedFile, type WorkloadFiles } from './workload-files.ts';

/** Redis in a pod: its password and what it is started with. A part of its parent, with no node of its own. */
export class Redis {
  readonly files: WorkloadFiles;
  /** `REDIS_URL` for the containers of the same pod: a secret. */
  readonly url: pulumi.Output<string>;

  constructor(pod: Pod, opts: pulumi.CustomResourceOptions) {
    const password = plannedPassword(pod, 'redis', opts);
    const secrets = password.apply((value) => environmentFile(redisSecrets(value)));
    this.files = plannedFile(pod, 'config/redis.secrets.env', secrets);
    this.url = password.apply((value) => ownRedisUrl(value));
  }
}
