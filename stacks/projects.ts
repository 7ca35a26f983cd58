/** The hosted projects. A new one is a file in `stacks/projects/` and a line here. */
import type { ProjectSpec } from './project.ts';
import { cellyCreative } from './projects/celly-creative.ts';
import { codeb } from './projects/codeb.ts';

export const hostedProjects: ProjectSpec[] = [cellyCreative, codeb];
