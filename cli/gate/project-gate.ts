/** All conditions of one project. Source: PaintShare's operations plan, 2.3 "Go/No-Go". */
import type { GithubRest } from '../preview-comment/github-rest.ts';
import { judgeCi } from './ci.ts';
import { judgeIncidents } from './incidents.ts';
import { asked, type Judgement, noGo, unknown, type Verdict, worstOf } from './judgement.ts';
import { judgeMigrations } from './migrations.ts';
import { judgeObservability } from './observability.ts';
import { Repository } from './repository.ts';
import { runsOn } from './runs.ts';
import { judgeStability, lookedBackDays } from './stability.ts';
import type { Subject } from './subjects.ts';
import { judgeVariables } from './variables.ts';

export interface Condition extends Judgement {
  name: 'CI' | 'Stability' | 'Migrations' | 'Variables' | 'Incidents' | 'Observability';
}

export interface ProjectReport {
  project: string;
  /** `owner/name`, null where it is not on github.com. */
  repository: string | null;
  branch: string;
  /** Null where GitHub does not tell. */
  commit: string | null;
  verdict: Verdict;
  conditions: Condition[];
}

const day = 24 * 3600 * 1000;
const refused = "the project's plan is refused, so that nobody can tell (see Variables)";

export interface Asking {
  /** An error where there is no way to ask. */
  github: GithubRest | Error;
  /** In place of the tip of the branch. */
  commit: string | undefined;
  /** Milliseconds. */
  now: number;
}

export async function gateOf(subject: Subject, { github, commit, now }: Asking): Promise<ProjectReport> {
  const { project, repository: name, branch, planned, problems } = subject;
  const repository =
    name === undefined || github instanceof Error
      ? undefined
      : new Repository(github, { name, branch, ...(commit !== undefined && { commit }) });
  const onGithub = async (judge: (found: Repository) => Promise<Judgement>): Promise<Judgement> => {
    if (name === undefined) return unknown('the project names no repository on github.com');
    return await asked(async () => await judge(repository ?? fail(github)));
  };

  const [ci, stability, migrations, incidents] = await Promise.all([
    onGithub(async (found) => judgeCi(await found.checks(), subject.requiredChecks)),
    onGithub(async (found) => {
      const runs = await runsOn(found.github, found.name, branch, new Date(now - lookedBackDays * day));
      return judgeStability(runs, branch, await found.commit());
    }),
    asked(async () => {
      if (!planned) return noGo(refused);
      const checks = async () => (name === undefined ? [] : await (repository ?? fail(github)).checks());
      return await judgeMigrations(planned, checks);
    }),
    onGithub((found) => judgeIncidents(found.github, found.name, now)),
  ]);
  const variables = judgeVariables(problems);
  const observability = planned ? judgeObservability(planned, subject.secrets) : noGo(refused);

  const conditions: Condition[] = [
    { name: 'CI', ...ci },
    { name: 'Stability', ...stability },
    { name: 'Migrations', ...migrations },
    { name: 'Variables', ...variables },
    { name: 'Incidents', ...incidents },
    { name: 'Observability', ...observability },
  ];
  const found = await repository?.commit().catch(() => null);
  return { project, repository: name ?? null, branch, commit: found ?? null, verdict: worstOf(conditions), conditions };
}

function fail(error: unknown): never {
  throw error;
}
