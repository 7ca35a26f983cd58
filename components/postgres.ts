import type * as pulumi from '@pulumi/pulumi';
import { environmentFile, ownPostgresUrl, postgresSecrets, postgresVariables } from '../stacks/environment-files.ts';
import type { Pod, PostgresService } from '../stacks/pod.ts';
import { plannedPassword } from './passwords.ts';
import { plannedFile, type WorkloadFiles } from './workload-files.ts';

/** PostgreSQL in a pod: its password and what it is started with. A part of its parent, with no node of its own. */
export class Postgres {
  readonly files: WorkloadFiles;
  /** `DATABASE_URL` for the containers of the same pod: a secret. */
  readonly url: pulumi.Output<string>;

  constructor(pod: Pod, service: PostgresService, opts: pulumi.CustomResourceOptions) {
    const password = plannedPassword(pod, 'postgres', opts);
    const secrets = password.apply((value) => environmentFile(postgresSecrets(value)));
    this.files = {
      ...plannedFile(pod, 'config/postgres.env', environmentFile(postgresVariables(service))),
      ...plannedFile(pod, 'config/postgres.secrets.env', secrets),
    };
    this.url = password.apply((value) => ownPostgresUrl(service, value));
  }
}
