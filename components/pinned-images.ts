import { getRegistryImageOutput } from '@pulumi/docker/getRegistryImage.js';
import * as pulumi from '@pulumi/pulumi';
import { parseImage } from '../stacks/image.ts';
import type { Pod } from '../stacks/pod.ts';
import type { Pinned } from '../stacks/units.ts';

/**
 * What each image of a pod means now, as its registry says: a tag that moved shows in the plan. A reference with a digest
 * means itself and asks nobody. Source: https://www.pulumi.com/registry/packages/docker/api-docs/getregistryimage
 */
export function pinnedImages(pod: Pick<Pod, 'apps' | 'workers' | 'postgres' | 'redis'>): pulumi.Output<Pinned> {
  const services = [...pod.apps, ...pod.workers, pod.postgres, pod.redis];
  const references = [...new Set(services.flatMap((service) => service?.image ?? []))];
  return pulumi.output(Object.fromEntries(references.map((reference) => [reference, pinned(reference)])));
}

/** Podman takes a tag or a digest, not both; the tag beside a digest only tells the version. */
function pinned(reference: string): pulumi.Output<string> {
  const image = parseImage(reference);
  if (!image) return pulumi.output(reference);
  return pulumi.interpolate`${image.name}@${image.digest ?? getRegistryImageOutput({ name: reference }).sha256Digest}`;
}
