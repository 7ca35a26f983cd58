/** What rules look at in a `docker:index/container:Container`. */
import { z } from 'zod';
import type { Subject } from './rule.ts';

const container = z.object({
  image: z.string().optional(),
  networkMode: z.string().optional(),
  privileged: z.boolean().optional(),
  publishAllPorts: z.boolean().optional(),
  ports: z
    .array(z.object({ internal: z.number().optional(), external: z.number().optional(), ip: z.string().optional() }))
    .default([]),
});

export type DockerContainer = z.output<typeof container>;

/** Undefined for a resource of another type. */
export function dockerContainerOf({ type, inputs }: Subject): DockerContainer | undefined {
  return type === 'docker:index/container:Container' ? container.parse(inputs) : undefined;
}
