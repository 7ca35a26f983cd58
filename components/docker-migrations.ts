import type { remote } from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { refusalOf } from '../provider/migration-refusal.ts';
import { environmentOf } from '../stacks/docker-containers.ts';
import { dockerNetwork } from '../stacks/docker-container.ts';
import { containerName } from '../stacks/names.ts';
import type { AppService, Pod } from '../stacks/pod.ts';
import { dockerCommand } from './docker-command.ts';
import type { DockerValues } from './docker-values.ts';
import type { Server } from './server.ts';

export interface DockerMigrationsArgs {
  /** As the plan has it. */
  pod: Pod;
  /** Where it runs. */
  server: Server;
  /** What its containers are told. */
  values: DockerValues;
  /** Of the app's image, with its digest. */
  imageOf(reference: string): pulumi.Output<string>;
}

const unpacking = ['../provider/agent/sql-files.sh', 'docker/unpack-migrations.sh'];

type Migrating = AppService & { migrations: NonNullable<AppService['migrations']> };

/**
 * Changes of a database's schema by the new image, before its app is replaced: looked at first, and refused where a
 * statement takes away what a running version needs. It is the command that fails then, not the program: a program that
 * ends early looks to the engine as if it no longer wanted what it has not come to.
 *
 * @example
 * const migrations = new DockerMigrations({ pod, server, values, imageOf }, { dependsOn: [folder] });
 * migrations.run({ dependsOn: [database] })
 */
export class DockerMigrations {
  readonly #args: DockerMigrationsArgs;
  readonly #apps: { app: Migrating; found: remote.Command }[];

  /** Looks at them: before the database is made, which tells a new project from one with data. */
  constructor(args: DockerMigrationsArgs, opts: pulumi.CustomResourceOptions) {
    const { pod, server, imageOf } = args;
    this.#args = args;
    this.#apps = pod.apps.flatMap(({ migrations, ...app }) => {
      if (!migrations) return [];
      const words = [imageOf(app.image), migrations.folder, pod.directory];
      const scripts = [...unpacking, 'docker/find-migrations.sh'];
      const found = dockerCommand(`${pod.slug}-${app.name}-migrations`, { server, scripts, words }, opts);
      return [{ app: { ...app, migrations }, found }];
    });
  }

  get found(): remote.Command[] {
    return this.#apps.map(({ found }) => found);
  }

  /** Runs them. */
  run(opts: pulumi.CustomResourceOptions): remote.Command[] {
    const { pod, server, values, imageOf } = this.#args;
    return this.#apps.map(({ app, found }) => {
      const { command, folder, deadline } = app.migrations;
      const image = imageOf(app.image);
      const against = pulumi
        .all([image, pulumi.unsecret(found.stdout)])
        .apply(([reference, told]) =>
          refusalOf({ ...app.migrations, image: reference }, told, 'the app was not touched'),
        )
        // The lines of an input are blotted out of errors.
        .apply((text = '') => Buffer.from(text).toString('base64'));
      const container = `${containerName(pod.slug, app.name)}-migration`;
      const lines = values.linesOf({ ...app, kind: 'app', environment: environmentOf(pod, app, false) });
      return dockerCommand(
        `${pod.slug}-${app.name}-migrated`,
        {
          server,
          scripts: [...unpacking, 'docker/run-migrations.sh'],
          words: [container, dockerNetwork(pod.slug), image, folder, pod.directory, String(deadline), ...command],
          stdin: pulumi.interpolate`${lines.apply((all) => all.join('\n'))}\n\n${values.hidden}\n${against}`,
        },
        opts,
      );
    });
  }
}
