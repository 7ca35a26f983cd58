/** The server of the benchmark: a box prepared as a user's server is, with a clean state for every round. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../components/server.ts';
import { type Box, bootBox, removeBox } from '../sandbox/box.ts';
import type { Progress } from '../sandbox/progress.ts';
import { sandboxServers } from '../sandbox/settings.ts';
import { startAgent } from '../sandbox/ssh-agent.ts';
import { openStack } from '../sandbox/stack.ts';
import { server as serverSettings } from '../stacks/settings.ts';
import { type Delayed, startDelay } from './delay/start.ts';
import type { Endpoint } from './work.ts';

const name = 'bench';

export class BenchServer {
  readonly #box: Box;
  readonly #folder: string;
  readonly #delayed = new Map<number, Delayed>();

  private constructor(box: Box, folder: string) {
    this.#box = box;
    this.#folder = folder;
  }

  /** Cleans up after itself if it fails. */
  static async start(cli: string, progress: Progress): Promise<BenchServer> {
    // What a run that was killed has left is not clean.
    await removeBox(name);
    const folder = await mkdtemp(join(tmpdir(), 'codeb-bench-'));
    try {
      const box = await bootBox({ name, base: { kind: 'prepared' } }, progress);
      await writeFile(join(folder, 'key'), box.privateKey, { mode: 0o600 });
      await progress.step('prepare the server', () => prepare(box, { cli, folder }));
      const server = new BenchServer(box, folder);
      // Ansible's modules are Python; for the other tools nothing changes.
      await progress.step('install Python on the server, for Ansible', () =>
        server.must('apt-get -qq update && apt-get -qq install -y --no-install-recommends python3'),
      );
      return server;
    } catch (error) {
      await removeBox(name);
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** An empty folder for one round of one tool. */
  async roundFolder(): Promise<string> {
    const folder = join(this.#folder, 'round');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    return folder;
  }

  /** The way there with this round-trip delay in milliseconds. */
  async endpoint(delay: number): Promise<Endpoint> {
    const { host, sshPort, user, hostKey } = this.#box;
    const port = delay === 0 ? sshPort : await this.#delayedPort(delay);
    const knownHostsFile = join(this.#folder, `known_hosts-${port}`);
    await writeFile(knownHostsFile, `[${host}]:${port} ${hostKey}\n`);
    return { host, port, user, hostKey, knownHostsFile, privateKeyFile: join(this.#folder, 'key') };
  }

  async #delayedPort(delay: number): Promise<number> {
    const { host, sshPort } = this.#box;
    const delayed = this.#delayed.get(delay) ?? (await startDelay({ host, port: sshPort }, delay));
    this.#delayed.set(delay, delayed);
    return delayed.port;
  }

  /** Removes what a tool has made, past sshd and its delay. */
  async reset(): Promise<void> {
    await this.must(`
      rm -rf /var/lib/codeb/projects /var/lib/codeb/state /etc/caddy/codeb/*.caddy
      install -d -m 0755 -o codeb -g codeb /var/lib/codeb/projects
      systemctl reload caddy
    `);
  }

  /**
   * Runs a script as root in the box, past sshd, and returns what it prints.
   * @param deadline milliseconds
   * @throws Error with its exit code and what it says on standard error
   */
  async must(script: string, deadline = 300_000): Promise<string> {
    const { code, stdout, stderr } = await this.#box.exec(`set -e\n${script}`, { deadline });
    if (code !== 0) throw new Error(`in the box: exit code ${code}\n${stderr.trim()}`);
    return stdout;
  }

  async end(): Promise<void> {
    for (const delayed of this.#delayed.values()) delayed.end();
    await rm(this.#folder, { recursive: true, force: true });
    await this.#box.down();
  }
}

/** By component `Server`, as a user's server. */
async function prepare(box: Box, { cli, folder }: { cli: string; folder: string }): Promise<void> {
  const settings = sandboxServers(box, 'production')['one-q'];
  const endAgent = await startAgent(box);
  try {
    const stack = await openStack({
      ...{ cli, folder: join(folder, 'preparation'), name: 'server', passphrase: 'of the benchmark' },
      program: async () => {
        new Server(name, { settings: serverSettings.parse(settings) });
        return {};
      },
    });
    await stack.up();
  } finally {
    await endAgent();
  }
}
