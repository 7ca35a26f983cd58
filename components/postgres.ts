import type * as pulumi from '@pulumi/pulumi';
import { environmentFile, ownPostgresUrl, postgresSecrets, postgresVariables } from '../stacks/environment-files.ts';
import type { Pod, PostgresService } from '../stacks/pod.ts';
import { recoveryScripts } from '../stacks/recovery.ts';
import { type PlannedPassword, plannedPassword } from './passwords.ts';
import { plannedFile, type WorkloadFiles } from './workload-files.ts';

/**
 * PostgreSQL in a pod: its password and what it is started with. A part of its parent, with no node of its own.
 *
 * @example new Postgres(pod, service, { parent, provider }).url
 */
export class Postgres {
  /** Its environment files. */
  readonly files: WorkloadFiles;
  /** Of its role. */
  readonly password: PlannedPassword;
  /** `DATABASE_URL` for the containers of the same pod. */
  readonly url: string;

  /**
   * @param pod As the plan has it.
   * @param service The same of its database.
   */
  constructor(pod: Pod, service: PostgresService, opts: pulumi.CustomResourceOptions) {
    this.password = plannedPassword(pod, 'postgres', opts);
    const { reference } = this.password;
    this.files = {
      ...plannedFile(pod, 'config/postgres.env', environmentFile(postgresVariables(service))),
      ...plannedFile(pod, 'config/postgres.secrets.env', environmentFile(postgresSecrets(reference))),
      ...(service.recoveryDays !== undefined &&
        Object.assign({}, ...Object.entries(recoveryScripts).map(([path, text]) => plannedFile(pod, path, text)))),
    };
    this.url = ownPostgresUrl(service, reference);
  }
}
