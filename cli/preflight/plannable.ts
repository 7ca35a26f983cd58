/** The plan whose secrets are looked at; of one that is refused, the projects that can be planned each on its own. */
import { z } from 'zod';
import { type Plan, plan } from '../../stacks/plan.ts';
import type { Problem } from '../../stacks/problems.ts';
import { byName, secretsAlone, stageGiven } from './secrets-alone.ts';

/** No project, and no server. */
export const nothingPlanned: Plan = {
  ...{ stage: { environment: 'production' }, servers: {}, projects: [], placements: [], warnings: [] },
  known: { projects: [], servers: [] },
};

const chosenProjects = z.record(z.string(), z.unknown()).optional();

/** Names under which something is given; none where it is of another form. */
export const namesIn = (given: unknown): string[] => Object.keys(byName.parse(given));

export interface Plannable {
  plan: Plan;
  /** The same with the secrets of the projects that cannot be planned. */
  judged: Plan;
  problems: Problem[];
  /** Projects of the stack that cannot be planned. */
  refused: string[];
}

/** @param projects as project files write them */
export function lookAtPlan(
  settings: Record<string, unknown>,
  projects: readonly { readonly name: string }[],
): Plannable {
  const whole = plan({ settings, projects });
  if (whole.kind === 'ok') return { plan: whole.plan, judged: whole.plan, problems: [], refused: [] };
  const chosen = chosenProjects.safeParse(settings.projects);
  const known = { projects: projects.map(({ name }) => name), servers: namesIn(settings.servers) };
  const stage = stageGiven(settings);
  const nothing: Plan = { ...nothingPlanned, known };
  const found: Plannable = { plan: nothing, judged: nothing, problems: [...whole.problems], refused: [] };
  for (const project of projects) {
    const { name } = project;
    if (chosen.data && !(name in chosen.data)) continue;
    const own = chosen.data ? { ...settings, projects: { [name]: chosen.data[name] } } : settings;
    const alone = plan({ settings: own, projects: [project] });
    if (alone.kind === 'ok') {
      found.plan = joined(found.plan, alone.plan);
      found.judged = joined(found.judged, alone.plan);
      continue;
    }
    found.refused.push(name);
    if (stage)
      found.judged = { ...found.judged, projects: [...found.judged.projects, ...secretsAlone(stage, project)] };
    else found.problems.push({ path: `codeb.variables.${name}`, message: 'was not looked at: the plan is refused' });
  }
  return found;
}

function joined(before: Plan, { stage, servers, projects, placements, warnings }: Plan): Plan {
  return {
    known: before.known,
    stage,
    servers: { ...before.servers, ...servers },
    projects: [...before.projects, ...projects],
    placements: [...before.placements, ...placements],
    warnings: [...before.warnings, ...warnings],
  };
}
