import * as pulumi from '@pulumi/pulumi';
import { podUnit } from '../stacks/names.ts';
import type { Pod } from '../stacks/pod.ts';
import { type Pinned, pod as podText, unitsOf } from '../stacks/units.ts';
import { Workload } from './codeb.ts';
import type { PlannedMigration } from './migrations.ts';
import type { PlannedPassword } from './passwords.ts';
import type { Ports } from './ports.ts';
import type { SealedSecrets } from './sealed-secrets.ts';
import type { WorkloadFiles } from './workload-files.ts';

export interface PodWorkloadArgs {
  /** As the plan has it. */
  pod: Pod;
  /** Its ports on the server. */
  ports: Ports;
  /** What its images mean now. */
  pinned: pulumi.Output<Pinned>;
  /** Each of the plan's files, once. */
  files: WorkloadFiles[];
  /** Those that the files name. */
  passwords: PlannedPassword[];
  /** Secret variables that the files name. */
  secrets?: SealedSecrets;
  /** What runs before an app changes. */
  migrations?: PlannedMigration[];
  /** What decides whether the change holds; deadlines in seconds. */
  health?: { service: string; url: pulumi.Input<string>; deadline: number }[];
}

/**
 * A pod on its server, changed all or nothing. Only the pod's own unit waits for the ports.
 *
 * @example
 * const [files, passwords] = [[postgres.files], [postgres.password]];
 * podWorkload({ pod, ports, pinned: pinnedImages(pod), files, passwords }, { provider: server.provider })
 */
export function podWorkload(
  { pod, ports, pinned, files, passwords, secrets, migrations = [], health = [] }: PodWorkloadArgs,
  opts: pulumi.CustomResourceOptions,
) {
  const { slug, directory, folders, onDelete, protectData } = pod;
  const containers = pinned.apply((images) => unitsOf(pod, {}, images));
  const ownUnit = ports.allotted.apply((allotted) => podText(pod, allotted));
  const names = Object.keys(unitsOf(pod)).filter((name) => name !== podUnit(slug));
  return new Workload(
    slug,
    {
      slug,
      directory,
      folders,
      files: Object.assign({}, ...files),
      units: {
        ...Object.fromEntries(names.map((name) => [name, containers.apply((all) => unitIn(all, name))])),
        [podUnit(slug)]: ownUnit,
      },
      passwords: Object.fromEntries(passwords.map(({ path, resource }) => [path, resource.fingerprint])),
      ...(secrets && { secrets: secrets.fingerprints, sealed: pulumi.secret(secrets.sealed) }),
      migrations,
      health,
      onDelete,
    },
    { ...opts, protect: protectData },
  );
}

function unitIn(units: ReturnType<typeof unitsOf>, name: string) {
  const unit = units[name];
  if (!unit) throw new Error(`the plan has no unit '${name}'`);
  return unit;
}
