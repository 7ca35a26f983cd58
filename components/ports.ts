import * as pulumi from '@pulumi/pulumi';
import { type Pool, pools } from '../stacks/environments.ts';
import type { Pod } from '../stacks/pod.ts';
import type { Allotted } from '../stacks/units.ts';
import { PortLease } from './codeb.ts';

/** The ports of a pod on 127.0.0.1: one lease for each. A part of its parent, with no node of its own. */
export class Ports {
  /** Ports by pool; a preview knows them where it reaches the server. */
  readonly allotted: pulumi.Output<Allotted>;

  constructor(pod: Pick<Pod, 'slug' | 'ports'>, opts: pulumi.CustomResourceOptions) {
    const leases = pools.flatMap((pool): [Pool, PortLease][] => {
      const request = pod.ports[pool];
      if (!request) return [];
      const { owner, range, reserved, port } = request;
      const args = { owner, range, reserved, ...(port !== undefined && { port }) };
      return [[pool, new PortLease(`${pod.slug}-${pool}`, args, opts)]];
    });
    this.allotted = pulumi.output(Object.fromEntries(leases.map(([pool, lease]) => [pool, lease.port])));
  }

  /** The port of a pool that the pod asked for. */
  of(pool: Pool): pulumi.Output<number> {
    return this.allotted.apply((allotted) => {
      const port = allotted[pool];
      if (port === undefined) throw new Error(`no port of the pool '${pool}' was asked for`);
      return port;
    });
  }
}
