import * as pulumi from '@pulumi/pulumi';
import { caddySite } from '../stacks/caddyfile.ts';
import type { Pod } from '../stacks/pod.ts';
import { CaddySite } from './codeb.ts';
import type { Ports } from './ports.ts';

/** The public face of a pod: the domains of each app over HTTPS, passed on to its replicas. */
export function podSite({ slug, apps }: Pod, ports: Ports, opts: pulumi.CustomResourceOptions): CaddySite {
  const content = pulumi
    .all(apps.map(({ replicas }) => pulumi.all(replicas.map(({ name }) => ports.of(name)))))
    .apply((allotted) =>
      apps.map(({ domains }, app) => caddySite({ addresses: domains, ports: allotted[app] ?? [] })).join('\n'),
    );
  return new CaddySite(slug, { name: slug, addresses: apps.flatMap(({ domains }) => domains), content }, opts);
}
