import type * as pulumi from '@pulumi/pulumi';
import { passwordReference } from '../provider/secret-reference.ts';
import type { DatabaseKind, Pod } from '../stacks/pod.ts';
import { Password } from './codeb.ts';

/** A password that the plan names: made once on the server, which puts it where files refer to it. */
export interface PlannedPassword {
  resource: Password;
  path: string;
  reference: string;
}

/** The one that the plan has for a purpose. */
export function plannedPassword(
  pod: Pick<Pod, 'slug' | 'passwords'>,
  purpose: DatabaseKind,
  opts: pulumi.CustomResourceOptions,
): PlannedPassword {
  const request = pod.passwords.find((one) => one.purpose === purpose);
  if (!request) throw new Error(`the plan of '${pod.slug}' has no password for '${purpose}'`);
  const { owner, path } = request;
  const resource = new Password(`${pod.slug}-${purpose}`, { owner, path }, opts);
  return { resource, path, reference: passwordReference(path) };
}
