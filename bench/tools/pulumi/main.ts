/** One operation of one program in a process of its own: `node main.ts <program> <operation> <folder>`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engine } from './engine.ts';
import { readJob } from './job.ts';
import { serveProgram } from '../../../sandbox/language-host.ts';

const [program = '', operation = '', folder = ''] = process.argv.slice(2);

/** Loaded only where it is run: each program pays for its own imports. */
async function run(): Promise<void> {
  // Every program loads it, also one that makes nothing of it.
  await import('@pulumi/pulumi');
  if (program === 'empty') return;
  const job = await readJob(folder);
  if (program === 'codeb') (await import('./codeb.ts')).codebProgram(job);
  else (await import('./bare.ts')).bareProgram(job);
}

const { cli, workDir, env } = engine.parse(JSON.parse(await readFile(join(folder, 'engine.json'), 'utf8')));
const host = await serveProgram(run);
const command = operation === 'drift' ? ['refresh', '--preview-only'] : ['up', '--yes', '--skip-preview'];
const args = [...command, '--parallel', '32', '--stack', 'bench', '--non-interactive', `--client=${host.address}`];
const [code] = await once(
  spawn(cli, args, { cwd: workDir, env: { ...process.env, ...env }, stdio: 'inherit' }),
  'exit',
);
host.end();
process.exitCode = typeof code === 'number' ? code : 1;
