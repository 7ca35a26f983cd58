import * as pulumi from '@pulumi/pulumi';
import type { Pod } from '../stacks/pod.ts';
import type { Allotted } from '../stacks/units.ts';
import { PortLease } from './codeb.ts';

/**
 * The ports of a pod on 127.0.0.1: one lease for each. A part of its parent, with no node of its own.
 *
 * @example new Ports(pod, { parent, provider }).of('app')
 */
export class Ports {
  /** By the name of the container; a preview knows them where it reaches the server. */
  readonly allotted: pulumi.Output<Allotted>;
  readonly #leases: ReadonlyMap<string, PortLease>;

  /** @param pod As the plan has it, with its requests. */
  constructor(pod: Pick<Pod, 'slug' | 'ports'>, opts: pulumi.CustomResourceOptions) {
    const leases = Object.entries(pod.ports).map(([name, request]): [string, PortLease] => {
      const { owner, range, reserved, before, port } = request;
      const args = { owner, range, reserved, before, ...(port !== undefined && { port }) };
      return [name, new PortLease(`${pod.slug}-${name}`, args, opts)];
    });
    this.#leases = new Map(leases);
    this.allotted = pulumi.output(Object.fromEntries(leases.map(([name, lease]) => [name, lease.port])));
  }

  /** The port of a container. @throws Error where the pod asked for none */
  of(name: string): pulumi.Output<number> {
    const lease = this.#leases.get(name);
    if (!lease) throw new Error(`no port was asked for '${name}'`);
    return lease.port;
  }
}
