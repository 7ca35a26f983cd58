import { join } from 'node:path';
import { cached } from '../../sandbox/downloads.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { mustRun } from '../../sandbox/run.ts';

export const requirements = { ansible: 'ansible-core==2.19.14', pyinfra: 'pyinfra==3.10.0' } as const;

/**
 * The Python of a virtual environment that holds this tool, made once and kept in the download cache. Its own scripts
 * name the folder it was made in, so run a tool as a module.
 * @throws Error if there is no Python 3.11 or later with `venv` (Debian's package python3-venv).
 */
export async function pythonWith(tool: keyof typeof requirements, progress: Progress): Promise<string> {
  const requirement = requirements[tool];
  const folder = await cached(`python-${requirement.replace('==', '-')}`, (path) =>
    progress.step(`install ${requirement} from PyPI`, async (onLine) => {
      await mustRun('python3', ['-m', 'venv', path]);
      await mustRun(join(path, 'bin', 'python'), ['-m', 'pip', 'install', requirement], { onLine });
    }),
  );
  return join(folder, 'bin', 'python');
}
