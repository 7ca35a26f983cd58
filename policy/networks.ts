/** Pods and networks that a resource joins or makes: who is in one reaches what else is in it, databases among it. */
import { z } from 'zod';
import { dockerContainerOf } from './docker.ts';
import type { Subject } from './rule.ts';
import { argumentsOf, type Text, unitsOf, valuesOf, workloadOf } from './workload.ts';

const network = z.object({ name: z.string().optional() });

export function networksOf(subject: Subject): Text[] {
  const workload = workloadOf(subject);
  if (workload) {
    return unitsOf(workload).flatMap(({ property, text }) => [
      ...['Network', 'NetworkName', 'Pod', 'PodName'].flatMap((key) =>
        valuesOf(text, key).map((name) => ({ property: `${property}: ${key}`, text: name })),
      ),
      ...argumentsOf(text, '--network', '--net', '--pod').map((name) => {
        return { property: `${property}: PodmanArgs`, text: name };
      }),
    ]);
  }
  if (subject.type === 'docker:index/network:Network') return named('name', network.parse(subject.inputs).name);
  const { networkMode, networksAdvanced = [] } = dockerContainerOf(subject) ?? {};
  return [
    ...named('networkMode', networkMode),
    ...networksAdvanced.flatMap(({ name }, index) => named(`networksAdvanced[${index}].name`, name)),
  ];
}

function named(property: string, name: string | undefined): Text[] {
  return name === undefined ? [] : [{ property, text: name }];
}

/** Modes of podman-run(1) and of Docker, and ids, which say nothing of whose one is. */
const nobodys = /^(none|host|bridge|default|private|pasta|slirp4netns|ns|[0-9a-f]{64})$/;

/**
 * What a pod or a network may have as its slug, by the names that stacks/names.ts gives them: `shop` of `shop.network:ip=…`,
 * `project-shop.pod` and `project-shop`; the container's name of `container:shop-postgres`.
 */
export function slugsIn(name: string): string[] {
  const [start = ''] = name.replace(/^container:/, '').split(':');
  if (nobodys.test(start)) return [];
  const bare = start.replace(/\.(network|pod|container)$/, '');
  return [bare, bare.replace(/^project-/, '')];
}
