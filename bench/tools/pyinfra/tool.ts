import { join } from 'node:path';
import type { Tool } from '../../tool.ts';

/** pyinfra, as a module of this Python. */
export function pyinfraTool(python: string): Tool {
  return {
    command: (operation, folder) => ({
      program: python,
      args: [
        ...['-m', 'pyinfra', operation === 'drift' ? '--dry' : '-y'],
        ...['inventory.py', 'deploy.py'].map((file) => join(import.meta.dirname, file)),
      ],
      env: { BENCH_JOB: join(folder, 'job.json') },
    }),
  };
}
