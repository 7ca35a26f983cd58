/** Previews of code-battle on the server of the tests, and the sweep beside them as a command. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { expect } from 'vitest';
import { z } from 'zod';
import program from '../../index.ts';
import type { Box } from '../../sandbox/box.ts';
import { run as runProcess } from '../../sandbox/run.ts';
import { engineEnvironment } from '../../sandbox/stack.ts';
import { sandboxConfig, sandboxServers, sandboxSettings } from '../../sandbox/settings.ts';
import { configure } from '../../sandbox/stack-config.ts';
import { answerForCloudflare, cloudflare, type StandIns, startStandIns } from '../../sandbox/stand-ins.ts';
import { writeSettings } from './settings-file.ts';
import { type Outcome, passphrase, run, Stacks } from './stacks.ts';

const command = resolve(import.meta.dirname, '..', '..', 'cli', 'sweep.ts');
const project = { 'code-battle': {} };

const report = z.object({
  previews: z.array(
    z.object({
      project: z.string(),
      pullRequest: z.number(),
      verdict: z.string(),
      why: z.string(),
      things: z.array(z.object({ kind: z.string() })),
      outcome: z.unknown().optional(),
    }),
  ),
  problems: z.array(z.string()),
});

export const nameOf = (pullRequest: number): string => `code-battle-pr-${pullRequest}`;

export class SweptPreviews {
  readonly stacks: Stacks;
  /** Where the sweep runs: a Pulumi project and its Pulumi.preview.yaml. */
  readonly work: string;
  readonly #box: Box;
  readonly #standIns: StandIns;

  private constructor(box: Box, stacks: Stacks, standIns: StandIns) {
    this.#box = box;
    this.stacks = stacks;
    this.#standIns = standIns;
    this.work = join(stacks.folder, 'work');
  }

  static async begin(box: Box): Promise<SweptPreviews> {
    const stacks = await Stacks.begin();
    const begun = new SweptPreviews(box, stacks, await startStandIns(box, stacks.folder));
    await answerForCloudflare(box);
    await mkdir(begun.work);
    await begun.look(sandboxServers(box, 'preview'));
    return begun;
  }

  async end(): Promise<void> {
    await this.stacks.end();
    await this.#standIns.end();
  }

  /** Where the sweep looks from now on. */
  async look(servers: object): Promise<void> {
    const settings = sandboxSettings(this.#box, { environment: 'preview', pullRequest: 1 }, { projects: project });
    await writeSettings(this.work, 'preview', { ...settings, servers });
  }

  async open(pullRequest: number): Promise<Stack> {
    const stack = await this.stacks.open(nameOf(pullRequest), program, this.#standIns.environment);
    const stage = { environment: 'preview', pullRequest } as const;
    await configure(stack, sandboxConfig(this.#box, stage, { projects: project }));
    // The providers of this machine are named there.
    await copyFile(join(stack.workspace.workDir, 'Pulumi.yaml'), join(this.work, 'Pulumi.yaml'));
    return stack;
  }

  async up(pullRequest: number): Promise<Outcome> {
    return await run(await this.open(pullRequest), 'up');
  }

  /** As after a lost state: only the server and the services know of it. */
  async forget(stack: Stack): Promise<void> {
    await stack.workspace.removeStack(stack.name, { force: true });
  }

  async setPullRequest(number: number, state: 'open' | 'closed'): Promise<void> {
    const commit = { ref: 'feature', sha: 'a'.repeat(40) };
    const issue = { number, state, title: 'A feature', user: 'alice', pull: { head: commit, base: commit } };
    const repositories = [{ owner: 'ai-code-battle', name: 'ai-code-battle', issues: [issue] }];
    const body = JSON.stringify({ repositories });
    const response = await fetch(`${this.#standIns.githubUrl}stand-in/seed`, { method: 'POST', body });
    expect(response.status).toBe(201);
  }

  /** Of the sweep, and of Pulumi's CLI in its folder. */
  environment(): Record<string, string> {
    return {
      ...this.#standIns.environment,
      GITHUB_API_URL: `${this.#standIns.githubUrl}api/v3`,
      PATH: `${join(this.stacks.folder, 'cli', 'bin')}:${process.env.PATH}`,
      ...engineEnvironment({ folder: this.stacks.folder, passphrase }),
    };
  }

  async sweep(...args: string[]) {
    const options = { cwd: this.work, env: this.environment() };
    const { code, stdout, stderr } = await runProcess(process.execPath, [command, '--json', ...args], options);
    expect(stderr).toBe('');
    const { previews, problems } = report.parse(JSON.parse(stdout));
    // Other tests leave certificates of other projects' previews on the server.
    const own = previews.filter(({ project: name }) => name in project);
    return { code, problems, find: (number: number) => own.find(({ pullRequest }) => pullRequest === number) };
  }

  /** What of a preview there still is, on the server and elsewhere. */
  async tracesOf(pullRequest: number): Promise<string> {
    const here = await this.#box.exec(`
      ls -d /var/lib/codeb/projects/* /var/lib/codeb/state/* /etc/caddy/codeb/*
      ls -d /var/lib/codeb/home/.config/containers/systemd/* /var/lib/caddy/.local/share/caddy/certificates/*/*
      cat /var/lib/codeb/leases/*
      pdnsutil list-zone codeb.dev
      cd / && account="runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb)"
      $account podman ps -a --format '{{.Names}}'
      $account podman pod ls --format '{{.Name}}'
      $account podman network ls --format '{{.Name}}'
      $account podman volume ls --format '{{.Name}}'
      $account systemctl --user list-units --all --plain --no-legend`);
    const { CLOUDFLARE_BASE_URL: base, CLOUDFLARE_API_TOKEN, GITHUB_TOKEN } = this.#standIns.environment;
    const ask = async (url: string, token = CLOUDFLARE_API_TOKEN) =>
      (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text();
    const elsewhere = await Promise.all([
      ask(`${base}/accounts/${cloudflare.accountId}/r2/buckets`),
      ask(`${base}/user/tokens?per_page=50`),
      ask(`${this.#standIns.githubUrl}api/v3/repos/ai-code-battle/ai-code-battle/environments`, GITHUB_TOKEN),
    ]);
    // Its slug, its domains and the environment in its repository.
    const mark = new RegExp(`\\b${nameOf(pullRequest)}\\b|\\bpr-${pullRequest}\\.code-battle\\b|"pr-${pullRequest}"`);
    const words = [here.stdout, ...elsewhere].join('\n').split(/\n|(?<=[},])/);
    return words.filter((word) => mark.test(word)).join('\n');
  }
}
