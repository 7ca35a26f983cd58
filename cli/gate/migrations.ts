/**
 * What this repository can know of a project's migrations before their image is pulled: whether there are any, what its
 * own CI has said of them, and what its file declares. The statements themselves are read on the server, in the deploy.
 */
import type { PlannedProject } from '../../stacks/planned-project.ts';
import type { AppService } from '../../stacks/pod.ts';
import type { Check } from './checks.ts';
import { told } from './ci.ts';
import { go, type Judgement, noGo, together, unknown } from './judgement.ts';

/** Last part of the name of a check that runs `npm run check-migrations`: `quality / migrations`, or a job's own. */
const checkNames = ['migrations', 'check-migrations'];

type Destructive = NonNullable<AppService['migrations']>['destructive'];

const later: Record<Destructive, string> = {
  refused: 'refuses the deploy where one of them takes something away',
  named: 'refuses the deploy where one of them takes something away and is not named in `contracts`',
  allowed: 'takes them as they are',
};

/** @param checks asked only where the project has migrations */
export async function judgeMigrations(
  planned: Pick<PlannedProject, 'pod'>,
  checks: () => Promise<readonly Check[]>,
): Promise<Judgement> {
  const migrations = (planned.pod?.apps ?? []).flatMap(({ name, migrations }) =>
    migrations ? [{ name, ...migrations }] : [],
  );
  const [first] = migrations;
  if (!first) return go("no app of the project's file has migrations: the deploy runs none");
  const contracts = migrations.flatMap(({ name, contracts }) => contracts.map((file) => `${name}: ${file}`));
  return together([
    judgeChecks((await checks()).filter(isOfMigrations), first.destructive),
    ...contracts.map((one) => unknown(`${one} is meant to take something away: does no running version need it?`)),
  ]);
}

function judgeChecks(found: readonly Check[], destructive: Destructive): Judgement {
  const wrong = found.filter(({ state }) => state === 'failed' || state === 'running');
  if (wrong.length > 0) return noGo(...wrong.map((check) => `'${check.name}': ${told(check)}`));
  const passed = found.filter(({ state }) => state === 'passed');
  if (passed.length > 0) return go(...passed.map(({ name }) => `'${name}' has passed`));
  const names = checkNames.map((name) => `'${name}'`).join(' or ');
  return unknown(
    `no check called ${names} has run for this commit; the server reads the new files and ${later[destructive]}`,
  );
}

function isOfMigrations({ name }: Check): boolean {
  return checkNames.includes(name.split(' / ').at(-1) ?? '');
}
