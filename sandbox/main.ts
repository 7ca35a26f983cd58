/** `npm run sandbox [-- up|status|ssh|down]`: a whole codeb server on this machine, to try everything on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Command } from 'commander';
import { type Box, findBox, SANDBOX } from './box.ts';
import { fail } from './fail.ts';
import { provideNeeds } from './needs.ts';
import { terminalProgress } from './progress.ts';
import { sshArguments } from './ssh.ts';

const progress = terminalProgress();

async function requireNeeds(): Promise<void> {
  const needs = await provideNeeds(progress);
  if (needs.kind === 'unable') {
    throw new Error(['the sandbox cannot run here:', ...needs.reasons.map((reason) => `  - ${reason}`)].join('\n'));
  }
}

async function requireBox(): Promise<Box> {
  const box = await findBox(SANDBOX);
  if (box === undefined) throw new Error('there is no sandbox: `npm run sandbox` boots one');
  return box;
}

const cli = new Command('sandbox')
  .description('A codeb server in a box on this machine, with the stack production.')
  .enablePositionalOptions();

cli
  .command('up', { isDefault: true })
  .description('boot the box, bring the stack up to date, ask every site')
  .action(async () => {
    await requireNeeds();
    // The lighter commands do without Pulumi, which takes a second to load.
    const { up } = await import('./up.ts');
    console.log(`\n${await up(progress)}`);
  });

cli
  .command('status')
  .description('units, sites, leased ports and names in the box')
  .action(async () => {
    const { status } = await import('./status.ts');
    console.log(await status(await requireBox()));
  });

cli
  .command('ssh')
  .description('a shell in the box, or a command')
  .argument('[command...]')
  .passThroughOptions()
  .action(async (command: string[]) => {
    const args = [...(await sshArguments(await requireBox())), ...command];
    const [code] = await once(spawn('ssh', args, { stdio: 'inherit' }), 'exit');
    process.exitCode = typeof code === 'number' ? code : 1;
  });

cli
  .command('down')
  .description('remove the box, its state and everything that was built or downloaded for it')
  .option('--keep-downloads', 'keep what was built and downloaded: the next `up` takes seconds', false)
  .action(async (options: { keepDownloads: boolean }) => {
    const { down } = await import('./down.ts');
    await down(options, progress);
  });

await cli.parseAsync().catch(fail);
