/** What the gate looks at: each project that a stack runs, with what this repository knows of it. */
import { z } from 'zod';
import { environmentNames, environments } from '../../stacks/environments.ts';
import type { PlannedProject } from '../../stacks/planned-project.ts';
import type { Problem } from '../../stacks/problems.ts';
import type { ProjectSpec } from '../../stacks/project.ts';
import { settingsOf } from '../../stacks/settings.ts';
import { findingsOf, type Given, lookAt } from '../preflight/findings.ts';
import { repositoryOf } from '../project-repository.ts';
import { ownProblems } from './variables.ts';

export interface Subject {
  project: string;
  /** `owner/name` on github.com. */
  repository: string | undefined;
  /** The one that deploys there. */
  branch: string;
  /** Names of the checks that a merge asks for. */
  requiredChecks: string[];
  /** Undefined where the plan is refused. */
  planned: PlannedProject | undefined;
  /** Preflight's that concern it. */
  problems: Problem[];
  /** Names of the secret variables that have a value. */
  secrets: string[];
}

const deployed = z.enum(environmentNames).exclude(['preview'], 'expected staging or production: no other has a gate');
const settings = z.object({ environment: deployed });

/** @throws ZodError for a stack of another environment than staging and production */
export function subjectsOf(given: Omit<Given, 'projects'> & { projects: readonly ProjectSpec[] }): Subject[] {
  const { environment } = settings.parse(settingsOf(given.config));
  const { plan, refused, secrets } = lookAt(given);
  const { problems } = findingsOf(given);
  const names = given.projects.map(({ name }) => name);
  const [branch = ''] = environments[environment].branches;
  return given.projects.flatMap((spec): Subject[] => {
    const { name } = spec;
    const planned = plan.projects.find((one) => one.name === name);
    if (!planned && !refused.includes(name)) return [];
    const parsed = plan.placements.find(({ project }) => project.name === name)?.project;
    return [
      {
        project: name,
        repository: repositoryOf(spec),
        branch: planned?.github?.branches[0] ?? branch,
        requiredChecks: parsed?.github?.requiredChecks ?? [],
        planned,
        problems: ownProblems(name, problems, names),
        secrets: Object.keys(secrets.variables[name] ?? {}),
      },
    ];
  });
}
