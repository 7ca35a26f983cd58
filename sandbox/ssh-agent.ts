/** An SSH agent that holds a box's key: so the key passes neither through Pulumi's engine nor over a command line. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Box, stateFolder } from './box.ts';
import { mustRun } from './run.ts';
import { waitFor } from './wait.ts';

const DEADLINE = 10_000;

/** The agent's socket, the same each time; short, because a socket's path has 107 characters at most: unix(7). */
export function agentSocket({ name }: Pick<Box, 'name'>): string {
  const checkout = createHash('sha256').update(stateFolder(name)).digest('hex').slice(0, 12);
  return join(tmpdir(), `codeb-sandbox-${process.getuid?.() ?? 0}-${checkout}`, 'agent.sock');
}

/** Starts the agent; the returned function ends it. One that an earlier run left behind loses its socket. */
export async function startAgent(box: Box): Promise<() => Promise<void>> {
  const socket = agentSocket(box);
  const env = { SSH_AUTH_SOCK: socket };
  const folder = dirname(socket);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  await waitFor('the SSH agent', DEADLINE, async () => (existsSync(socket) ? true : undefined));
  await mustRun('ssh-add', ['-q', '-'], { env, input: box.privateKey });
  return async () => {
    agent.kill();
    await rm(folder, { recursive: true, force: true });
  };
}
