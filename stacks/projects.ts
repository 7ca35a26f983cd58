/** The hosted projects. A new one is a file in `stacks/projects/` and a line here. */
import type { ProjectSpec } from './project.ts';
import { cellyCreative } from './projects/celly-creative.ts';
import { codeBattle } from './projects/code-battle.ts';
import { codeb } from './projects/codeb.ts';
import { paintshare } from './projects/paintshare.ts';
import { sprintsolo } from './projects/sprintsolo.ts';

export const hostedProjects: ProjectSpec[] = [cellyCreative, codeBattle, codeb, paintshare, sprintsolo];
