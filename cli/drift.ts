/**
 * `node cli/drift.ts --stack <name> --report <file>`: whether what stands there is what the stack left, as `drift=yes` or
 * `drift=no` for a step's outputs. It changes nothing; the report is the engine's own. Reads the project of the working
 * folder.
 */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { fail } from './fail.ts';
import { isMissing, notThere } from './pulumi.ts';

/** What the CLI ends with where it saw a change. Source: github.com/pulumi/pulumi, pkg/cmd/pulumi/cmd/exit_codes.go. */
const NO_CHANGES_EXPECTED = 7;
/** Bytes of a report. */
const LARGEST_REPORT = 64 * 1024 * 1024;

async function main({ stack, report }: { stack: string; report: string }, command: Command): Promise<void> {
  const look = ['refresh', '--preview-only', '--expect-no-changes', '--diff', '--non-interactive', '--color', 'never'];
  const { status, error, stdout } = spawnSync('pulumi', [...look, '--stack', stack], {
    encoding: 'utf8',
    maxBuffer: LARGEST_REPORT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error) throw isMissing(error) ? new Error(notThere, { cause: error }) : error;
  process.stderr.write(stdout);
  if (status !== 0 && status !== NO_CHANGES_EXPECTED) {
    command.error(`nobody knows whether stack '${stack}' has drifted: pulumi refresh ended with exit code ${status}`);
  }
  await writeFile(report, stdout);
  process.stdout.write(`drift=${status === 0 ? 'no' : 'yes'}\n`);
}

await new Command('drift')
  .requiredOption('-s, --stack <name>', 'the stack that is looked at')
  .requiredOption('-r, --report <file>', 'where the report goes')
  .action(main)
  .parseAsync()
  .catch(fail);
