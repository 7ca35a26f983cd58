import type * as pulumi from '@pulumi/pulumi';
import type { Pod } from '../stacks/pod.ts';

/** Files of a workload, by their path in the pod's folder. */
export type WorkloadFiles = Record<string, { content: pulumi.Input<string>; mode: string }>;

/** A file that the plan names, with its content. */
export function plannedFile(
  pod: Pick<Pod, 'slug' | 'files'>,
  path: string,
  content: pulumi.Input<string>,
): WorkloadFiles {
  const mode = pod.files[path];
  if (mode === undefined) throw new Error(`the plan of '${pod.slug}' has no file '${path}'`);
  return { [path]: { content, mode } };
}
