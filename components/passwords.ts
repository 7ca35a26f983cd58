import type * as pulumi from '@pulumi/pulumi';
import type { DatabaseKind, Pod } from '../stacks/pod.ts';
import { Password } from './codeb.ts';

/** A password that the plan names: made once on the server, and secret wherever it goes. */
export function plannedPassword(
  pod: Pick<Pod, 'slug' | 'passwords'>,
  purpose: DatabaseKind,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const request = pod.passwords.find((one) => one.purpose === purpose);
  if (!request) throw new Error(`the plan of '${pod.slug}' has no password for '${purpose}'`);
  return new Password(`${pod.slug}-${purpose}`, { owner: request.owner, path: request.path }, opts).value;
}
