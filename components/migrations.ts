import type * as pulumi from '@pulumi/pulumi';
import { containerName } from '../stacks/names.ts';
import { environmentFilesOf, migrationFile, type Pod } from '../stacks/pod.ts';
import type { Pinned } from '../stacks/units.ts';

/** A migration as a workload takes it: run by the new image before its app changes. */
export interface PlannedMigration {
  service: string;
  image: pulumi.Input<string>;
  command: string[];
  folder: string;
  environmentFiles: string[];
  shared?: { container: string; database: string };
  deadline: number;
  destructive: 'refused' | 'named' | 'allowed';
  contracts: string[];
}

/** Those of a pod's apps. */
export function plannedMigrations(
  { slug, apps, readOnly, shared }: Pod,
  database: string,
  pinned: pulumi.Output<Pinned>,
): PlannedMigration[] {
  return apps.flatMap(({ name, image, migrations }) => {
    if (!migrations) return [];
    const { plain, secret } = environmentFilesOf(name);
    return [
      {
        service: `${containerName(slug, name)}.service`,
        image: pinned.apply((images) => images[image] ?? image),
        environmentFiles: [plain, secret, ...(readOnly ? [migrationFile] : [])],
        ...(shared?.kinds.includes('postgres') && {
          shared: { container: containerName(shared.instance, 'postgres'), database },
        }),
        ...migrations,
      },
    ];
  });
}
