import { cached } from './downloads.ts';
import { buildGoProgram } from './go.ts';
import type { Progress } from './progress.ts';

const VERSION = 'v1.7.12';

/** The path of the linter of GitHub's workflows, built from its Go module once. */
export async function findActionlint(progress: Progress): Promise<string> {
  return await cached(`actionlint-${VERSION}`, (path) =>
    progress.step(`build actionlint ${VERSION}`, (say) =>
      buildGoProgram({ package: 'github.com/rhysd/actionlint/cmd/actionlint', version: VERSION }, path, say),
    ),
  );
}
