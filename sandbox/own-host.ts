/** The CLI as the Automation API runs it, with the program served by the language host of this repository. */
import type { PulumiCommand } from '@pulumi/pulumi/automation/cmd.js';
import { serveProgram } from './language-host.ts';
import type { Program } from './program.ts';

declare module '@pulumi/pulumi/automation/cmd.js' {
  interface PulumiCommand {
    /** Runs the CLI to its end; left out of the SDK's types. */
    run(args: string[], ...context: unknown[]): Promise<unknown>;
  }
}

/** The host of the Automation API itself takes some errors for the program's end, upon which the engine deletes. */
export function withOwnHost(cli: PulumiCommand, program: Program): PulumiCommand {
  const run = cli.run.bind(cli);
  cli.run = async (args, ...context) => {
    const client = args.findIndex((arg) => arg.startsWith('--client='));
    if (client === -1) return await run(args, ...context);
    const host = await serveProgram(program);
    try {
      return await run(args.with(client, `--client=${host.address}`), ...context);
    } finally {
      host.end();
    }
  };
  return cli;
}
