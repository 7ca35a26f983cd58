/** `npm run forbidden -- --base <commit>`: what a change adds that nobody may write (S4.10); exit code 1 where it does. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { findForbidden } from '../policy/forbidden-patterns.ts';
import { type AddedLine, addedLines } from './added-lines.ts';
import { messageOf } from '../provider/operation-error.ts';
import { fail } from './fail.ts';

/** Bytes of a diff that git may write. */
const LARGEST_DIFF = 256 * 1024 * 1024;

/** Prose about a pattern runs nothing. */
const isProse = (path: string): boolean => /\.(md|txt)$/.test(path);

function commit(text: string): string {
  if (/^[A-Za-z0-9][\w./~^-]*$/.test(text)) return text;
  throw new InvalidArgumentError('expected a commit, a branch or a tag');
}

/** What this checkout has beyond its last commit in common with `base`, committed or not. */
function changedSince(base: string): AddedLine[] {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', maxBuffer: LARGEST_DIFF, stdio: ['ignore', 'pipe', 'pipe'] });
  const start = attempt(
    () => git('merge-base', base, 'HEAD').trim(),
    (said) => `--base ${base}: this checkout has no commit in common with it; fetch it whole first.\n${said}`,
  );
  const plain = ['--no-color', '--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/'];
  const diff = git('-c', 'core.quotePath=false', 'diff', '--unified=0', ...plain, '--diff-filter=d', start, '--');
  return addedLines(diff).filter(({ path }) => !isProse(path));
}

function linesOf(path: string): AddedLine[] {
  const text = attempt(
    () => readFileSync(path, 'utf8'),
    (said) => `${path}: cannot be read, nothing was looked at: ${said}`,
  );
  return text.split('\n').map((text, index) => ({ path, line: index + 1, text }));
}

/** @throws Error in these words, around what went wrong */
function attempt<T>(action: () => T, words: (said: string) => string): T {
  try {
    return action();
  } catch (error) {
    throw new Error(words(messageOf(error)), { cause: error });
  }
}

function main(files: string[], { base }: { base?: string }, command: Command): void {
  if (base === undefined && files.length === 0) command.error('expected --base <commit> or files');
  const lines = [...(base === undefined ? [] : changedSince(base)), ...files.flatMap(linesOf)];
  const found = lines.flatMap(({ path, line, text }) =>
    findForbidden(text).map(({ pattern, why }) => `${path}:${line}: '${pattern}': ${why}\n`),
  );
  process.stdout.write(found.join('') || `${lines.length} lines, nothing forbidden\n`);
  if (found.length > 0) process.exitCode = 1;
}

await new Command('forbidden')
  .description('refuse what gets past a check: in the lines that a change adds, or in whole files')
  .argument('[files...]', 'files that are looked at whole')
  .option('-b, --base <commit>', 'look at what was added since this commit', commit)
  .action(main)
  .parseAsync()
  .catch(fail);
