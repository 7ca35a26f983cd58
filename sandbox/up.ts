import { join, relative } from 'node:path';
import Table from 'cli-table3';
import { z } from 'zod';
import program from '../index.ts';
import { type Registry, registry } from '../stacks/registry.ts';
import { type Box, bootBox, SANDBOX, stateFolder } from './box.ts';
import { askPages } from './pages-sites.ts';
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

/** A project of the stack in the box. */
interface Shown {
  readonly name: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly units: readonly string[];
  /** Of the names that the box itself answers for. */
  readonly urls: readonly string[];
  /** Of Cloudflare's stand-in. */
  readonly onPages: readonly string[];
}

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
  try {
    const [outputs] = await Promise.all([update(stack, progress), answerForCloudflare(box)]);
    const projects = shownOf(registry.parse(outputs.registry?.value));
    const urls = projects.flatMap((one) => one.urls);
    const onPages = projects.flatMap((one) => one.onPages);
    const answers = [...(await askSites(box, urls, progress)), ...(await askPages(box, standIns, onPages, progress))];
    return [tableOf(projects, new Map(answers)), nextSteps(box, urls[0])].join('\n\n');
  } finally {
    await endAgent();
    await standIns.end();
  }
}

function shownOf({ projects }: Registry): Shown[] {
  return Object.values(projects).flatMap(({ name, environments }) =>
    Object.values(environments).map(({ ports, units, domains, sites }) => {
      const ofSites = new Set(sites.flatMap((site) => site.domains));
      const urlsOf = (some: readonly string[]) => some.map((domain) => `https://${domain}`);
      const urls = urlsOf(domains.filter((domain) => !ofSites.has(domain)));
      return { name, ports, units, urls, onPages: urlsOf([...ofSites]) };
    }),
  );
}

function tableOf(projects: readonly Shown[], answers: ReadonlyMap<string, Answer>): string {
  const table = new Table({ head: ['project', 'URL and answer', 'ports', 'units'], style: { head: [], border: [] } });
  for (const { name, urls, onPages, ports, units } of projects) {
    const sites = [...urls, ...onPages].map((url) => `${url}\n  ${describeAnswer(answers.get(url))}`);
    const lines = Object.entries(ports).map(([pool, port]) => `${pool} ${port}`);
    table.push([name, sites.join('\n'), lines.join('\n'), units.join('\n')]);
  }
  return table.toString();
}

/** The sample app says what it is. */
const Greeting = z.object({ name: z.string(), version: z.string(), environment: z.string() });

function describeAnswer(answer: Answer | undefined): string {
  if (answer === undefined) return 'none';
  try {
    const { name, version, environment } = Greeting.parse(JSON.parse(answer.body));
    return `${answer.status} ${name} ${version}, ${environment}`;
  } catch {
    return `${answer.status} ${answer.body.slice(0, 40)}`;
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
