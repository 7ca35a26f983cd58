import type * as pulumi from '@pulumi/pulumi';
import { podUnit } from '../stacks/names.ts';
import type { Pod } from '../stacks/pod.ts';
import { pod as podText, unitsOf } from '../stacks/units.ts';
import { Workload } from './codeb.ts';
import type { PlannedPassword } from './passwords.ts';
import type { Ports } from './ports.ts';
import type { WorkloadFiles } from './workload-files.ts';

export interface PodWorkloadArgs {
  pod: Pod;
  ports: Ports;
  /** Each of the plan's files, once. */
  files: WorkloadFiles[];
  /** Those that the files name. */
  passwords: PlannedPassword[];
  health?: { service: string; url: pulumi.Input<string>; deadline: number }[];
}

/** A pod on its server, changed all or nothing. Only the pod's own unit waits for the ports. */
export function podWorkload(
  { pod, ports, files, passwords, health = [] }: PodWorkloadArgs,
  opts: pulumi.CustomResourceOptions,
) {
  const { slug, directory, folders, onDelete } = pod;
  const ownUnit = ports.allotted.apply((allotted) => podText(pod, allotted));
  return new Workload(
    slug,
    {
      slug,
      directory,
      folders,
      files: Object.assign({}, ...files),
      units: { ...unitsOf(pod, {}), [podUnit(slug)]: ownUnit },
      passwords: Object.fromEntries(passwords.map(({ path, resource }) => [path, resource.fingerprint])),
      health,
      onDelete,
    },
    opts,
  );
}
