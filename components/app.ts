import * as pulumi from '@pulumi/pulumi';
import { environmentFile } from '../stacks/environment-files.ts';
import { containerName } from '../stacks/names.ts';
import type { PlannedProject } from '../stacks/planned-project.ts';
import type { Ports } from './ports.ts';
import { plannedFile, type WorkloadFiles } from './workload-files.ts';

export interface AppArgs {
  ports: Ports;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  /** Values of the project's secret variables. */
  variables: pulumi.Input<Record<string, string>>;
}

/** The app of a project: its variables and the check that decides over a deploy. A part of its parent, with no node. */
export class App {
  readonly files: WorkloadFiles;
  readonly health: { service: string; url: pulumi.Output<string>; deadline: number }[];

  constructor(project: PlannedProject, args: AppArgs) {
    const { app, slug } = project;
    const { databaseUrl, redisUrl } = args;
    const urls = environmentFile({
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
    });
    const variables = pulumi
      .secret(args.variables)
      .apply((values) => environmentFile(Object.fromEntries(app.secrets.map((name) => [name, values[name] ?? '']))));
    // Without variables of its own there is nothing secret in it: passwords are only named.
    const secrets = app.secrets.length > 0 ? pulumi.interpolate`${urls}${variables}` : urls;
    this.files = {
      ...plannedFile(project, 'config/app.env', environmentFile(app.environment)),
      ...plannedFile(project, 'config/app.secrets.env', secrets),
    };
    this.health = [
      {
        service: `${containerName(slug, 'app')}.service`,
        url: pulumi.interpolate`http://127.0.0.1:${args.ports.of('app')}${app.health.path}`,
        deadline: app.health.deadline,
      },
    ];
  }
}
