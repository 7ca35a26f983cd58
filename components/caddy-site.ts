import type * as pulumi from '@pulumi/pulumi';
import { caddySite } from '../stacks/caddyfile.ts';
import type { Pod } from '../stacks/pod.ts';
import { CaddySite } from './codeb.ts';
import { portOf, type Ports } from './ports.ts';

/** The public face of a pod: the domains of each app over HTTPS, passed on to its replicas. */
export function podSite({ slug, apps }: Pod, ports: Ports, opts: pulumi.CustomResourceOptions): CaddySite {
  const content = ports.allotted.apply((allotted) =>
    apps
      .map(({ domains, replicas }) =>
        caddySite({ addresses: domains, ports: replicas.map(({ name }) => portOf(allotted, name)) }),
      )
      .join('\n'),
  );
  return new CaddySite(slug, { name: slug, addresses: apps.flatMap(({ domains }) => domains), content }, opts);
}
