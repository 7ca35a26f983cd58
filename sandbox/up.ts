import { join, relative } from 'node:path';
import Table from 'cli-table3';
import { z } from 'zod';
import program from '../index.ts';
import { type Box, bootBox, SANDBOX, stateFolder } from './box.ts';
import { PREFERRED_PORTS } from './ports.ts';
import type { Progress } from './progress.ts';
import { findPulumi } from './pulumi-cli.ts';
import { passphraseOf, sandboxConfig } from './settings.ts';
import { type Answer, acmeRootPath, askSites } from './sites.ts';
import { startAgent } from './ssh-agent.ts';
import { openStack } from './stack.ts';
import { configure } from './stack-config.ts';
import { answerForCloudflare, startStandIns } from './stand-ins.ts';
import { update } from './update.ts';

/** What the program exports of each project. */
const Projects = z.record(
  z.string(),
  z.object({ url: z.url(), ports: z.record(z.string(), z.number()), units: z.array(z.string()) }),
);
type Projects = z.infer<typeof Projects>;

/**
 * Boots the box if it is not there, brings the stack `production` up to date in it and asks every site over HTTPS.
 * @returns what to show in the end.
 */
export async function up(progress: Progress): Promise<string> {
  const cli = await findPulumi(progress);
  const box = await bootBox({ name: SANDBOX, base: { kind: 'prepared' }, ports: PREFERRED_PORTS }, progress);
  const folder = join(stateFolder(SANDBOX), 'stack');
  const passphrase = passphraseOf(box);
  const standIns = await startStandIns(box, join(stateFolder(SANDBOX), 'stand-ins'));
  const { environment } = standIns;
  const stack = await openStack({ cli, folder, name: 'production', passphrase, program, environment });
  await configure(stack, sandboxConfig(box, { environment: 'production' }));
  const endAgent = await startAgent(box);
  const [outputs] = await Promise.all([update(stack, progress), answerForCloudflare(box)]).finally(async () => {
    await endAgent();
    await standIns.end();
  });
  const projects = Projects.parse(outputs.projects?.value);
  const answers = await askSites(
    box,
    Object.values(projects).flatMap(({ url, units }) => (units.length > 0 ? [url] : [])),
    progress,
  );
  return [tableOf(projects, answers), nextSteps(box, Object.values(projects)[0]?.url)].join('\n\n');
}

function tableOf(projects: Projects, answers: ReadonlyMap<string, Answer>): string {
  const table = new Table({ head: ['project', 'URL', 'answer', 'ports', 'units'], style: { head: [], border: [] } });
  for (const [slug, { url, ports, units }] of Object.entries(projects)) {
    const lines = Object.entries(ports).map(([pool, port]) => `${pool} ${port}`);
    table.push([slug, url, describeAnswer(answers.get(url)), lines.join('\n'), units.join('\n')]);
  }
  return table.toString();
}

/** The sample app says what it is. */
const Greeting = z.object({ name: z.string(), version: z.string(), environment: z.string() });

function describeAnswer(answer: Answer | undefined): string {
  if (answer === undefined) return 'none';
  try {
    const { name, version, environment } = Greeting.parse(JSON.parse(answer.body));
    return `${answer.status}\n${name} ${version}\n${environment}`;
  } catch {
    return `${answer.status}\n${answer.body.slice(0, 40)}`;
  }
}

function nextSteps(box: Box, url: string | undefined): string {
  const root = relative(process.cwd(), acmeRootPath(box));
  const curl = `curl -sS --cacert ${root} --connect-to ::${box.host}:${box.httpsPort} ${url}`;
  return [
    'Look further:',
    ...(url === undefined ? [] : [`  ${curl}`]),
    '  npm run sandbox -- status    units, sites and leased ports',
    '  npm run sandbox -- ssh       a shell in the box, as root',
    '  npm run sandbox -- down      removes all of it',
  ].join('\n');
}
