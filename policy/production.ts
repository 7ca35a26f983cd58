import { productionHosts } from '../stacks/isolation.ts';
import { project, type ProjectSpec } from '../stacks/project.ts';

/** Hosts that are production's in the hosted projects. */
export function hostsOfProduction(specs: readonly ProjectSpec[]): string[] {
  return specs.flatMap((spec) => productionHosts({ project: project.parse(spec) }));
}
