/** What others may see of an update: command lines while it runs, and the state as it is exported without a secret. */
import { spawn } from 'node:child_process';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { run } from '../../sandbox/run.ts';

/** The command lines of every process of this machine, the box's included: they are in one process namespace's view. */
const processLists = 'while :; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "; done';

/** Reads them over and over until it is told to stop, and gives all that it saw. */
export function watchCommandLines(): { end(): Promise<string> } {
  const child = spawn('bash', ['-c', processLists], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    end: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve(text));
        child.kill('SIGTERM');
      }),
  };
}

/** As `pulumi stack export` gives it; the Automation API asks for the secrets as well. */
export async function plainExport({ workspace, name }: Stack): Promise<string> {
  const args = ['stack', 'export', '--stack', name];
  const { stdout } = await run(workspace.pulumiCommand.command, args, {
    cwd: workspace.workDir,
    env: workspace.envVars,
  });
  return stdout;
}
