/**
 * `npm run gate -- --stack production`: whether what the stack runs may be deployed, with every reason. Asks Pulumi's
 * backend for the stack's variables and GitHub (GITHUB_TOKEN) for what it knows of each project. With `--plan`, those
 * that the update leaves as they are stand in nobody's way. The exit code is 1 for no-go, and where the gate could not
 * be asked at all.
 */
import { Command, InvalidArgumentError } from 'commander';
import { hostedProjects } from '../stacks/projects.ts';
import { fail } from './fail.ts';
import { gateOf } from './gate/project-gate.ts';
import { asJson, asText, isGo, type Report } from './gate/report.ts';
import { type Subject, subjectsOf } from './gate/subjects.ts';
import { unchangedBy } from './gate/unchanged.ts';
import { isOfStack } from './gate/variables.ts';
import { orError } from './or-error.ts';
import { configOf, fingerprintsBeside } from './preflight/engine.ts';
import { githubFrom } from './sweep/github.ts';

interface Options {
  stack: string;
  project?: string;
  plan?: string;
  commit: Record<string, string>;
  json?: true;
}

async function gate({ stack, project, plan, commit }: Options): Promise<Report> {
  const now = Date.now();
  const subjects = subjectsOf({
    config: await configOf(stack),
    projects: hostedProjects,
    others: await fingerprintsBeside(stack),
    today: new Date(now).toISOString().slice(0, 10),
  });
  const names = subjects.map((one) => one.project);
  if (names.length === 0) throw new Error(`stack '${stack}' runs no project: there is nothing to say go to`);
  const stray = [...(project === undefined ? [] : [project]), ...Object.keys(commit)].find(
    (one) => !names.includes(one),
  );
  if (stray !== undefined) {
    throw new Error(`stack '${stack}' runs no project '${stray}': expected ${names.join(', ')}`);
  }
  // Without a token the rest is judged all the same.
  const github = orError(() => githubFrom(process.env));
  const unchanged = plan === undefined ? [] : await unchangedBy(plan, stack);
  const chosen = subjects.filter((one) => project === undefined || one.project === project);
  const left = chosen.filter((one) => isLeft(one, unchanged));
  return {
    stack,
    projects: await Promise.all(
      chosen
        .filter((one) => !left.includes(one))
        .map((subject) => gateOf(subject, { github, commit: commit[subject.project], now })),
    ),
    notJudged: left.map((one) => ({ project: one.project, reason: 'not changed by this update' })),
  };
}

/** What is wrong with the stack itself is told of each. */
function isLeft({ planned, problems, project }: Subject, unchanged: readonly string[]): boolean {
  const isUnchanged = planned !== undefined && unchanged.includes(planned.slug);
  return isUnchanged && !problems.some((problem) => isOfStack(problem, project));
}

function commitOf(given: string, before: Record<string, string>): Record<string, string> {
  const [, project, commit] = /^([^=]+)=([0-9a-f]{40})$/.exec(given) ?? [];
  if (project === undefined || commit === undefined) {
    throw new InvalidArgumentError("Expected {project}={commit}, the commit's SHA-1 in 40 hexadecimal digits.");
  }
  return { ...before, [project]: commit };
}

await new Command('gate')
  .description('say whether what a stack runs may be deployed, and why not')
  .requiredOption('-s, --stack <name>', 'staging or production')
  .option('-p, --project <name>', 'look at this project alone')
  .option('--plan <file>', 'judge only what this plan changes: what `pulumi preview --save-plan` wrote')
  .option('-c, --commit <project=sha>', "in place of the tip of the project's branch; for each project", commitOf, {})
  .option('--json', 'print what was found as JSON')
  .action(async (options: Options) => {
    const report = await gate(options);
    process.stdout.write(options.json ? asJson(report) : asText(report, process.stdout.columns));
    if (!isGo(report)) process.exitCode = 1;
  })
  .parseAsync()
  .catch(fail);
