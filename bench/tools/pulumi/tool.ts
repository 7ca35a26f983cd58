import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { openStack } from '../../../sandbox/stack.ts';
import type { Tool } from '../../tool.ts';
import type { engine } from './engine.ts';

/** A Pulumi program, by the CLI at this path. */
export function pulumiTool(program: 'codeb' | 'bare' | 'empty', cli: string): Tool {
  return {
    prepare: async (folder) => {
      const stack = await openStack({
        ...{ cli, folder, name: 'bench', passphrase: 'of the benchmark' },
        program: async () => undefined,
      });
      const { workDir, envVars, pulumiHome = '' } = stack.workspace;
      const settings: z.input<typeof engine> = { cli, workDir, env: { ...envVars, PULUMI_HOME: pulumiHome } };
      await writeFile(join(folder, 'engine.json'), JSON.stringify(settings), { mode: 0o600 });
    },
    command: (operation, folder) => ({
      program: process.execPath,
      args: [join(import.meta.dirname, 'main.ts'), program, operation, folder],
    }),
  };
}
