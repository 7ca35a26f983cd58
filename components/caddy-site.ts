import type * as pulumi from '@pulumi/pulumi';
import { caddySite } from '../stacks/caddyfile.ts';
import type { PlannedProject } from '../stacks/planned-project.ts';
import { CaddySite } from './codeb.ts';
import type { Ports } from './ports.ts';

/** The public face of a project: its domains over HTTPS, passed on to the app's port. */
export function projectSite(
  { slug, domains }: PlannedProject,
  ports: Ports,
  opts: pulumi.CustomResourceOptions,
): CaddySite {
  const content = ports.of('app').apply((port) => caddySite({ addresses: domains, port }));
  return new CaddySite(slug, { name: slug, addresses: domains, content }, opts);
}
