/** The source as TypeScript's compiler sees it: types, and the docstrings that the pages are made of. */
import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { type Example, examplesOf } from './examples.ts';

export const root = resolve(import.meta.dirname, '..', '..');

/** Sources of components, below the root. */
export const componentFiles = readdirSync(join(root, 'components'))
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .map((file) => `components/${file}`);

export interface Sources {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly examples: readonly Example[];
}

const schemaFiles = ['stacks/project.ts', 'stacks/settings.ts', 'stacks/secrets.ts', 'provider/schema.ts'];

/**
 * Examples are files of the program as well, so that the compiler can tell whether they are right.
 *
 * @param more examples that stand nowhere
 */
export function readSources(more: readonly Example[] = []): Sources {
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const examples = componentFiles.flatMap((file) => examplesOf(root, file));
  const virtual = new Map([...examples, ...more].map((example) => [example.path, example.program]));
  const { fileExists, readFile } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.readFile = (path) => virtual.get(path) ?? readFile(path);
  const files = [...schemaFiles, ...componentFiles].map((file) => join(root, file));
  const program = ts.createProgram([...files, ...virtual.keys()], options, host);
  return { program, checker: program.getTypeChecker(), examples };
}

function compilerOptions(): ts.CompilerOptions {
  const path = join(root, 'tsconfig.json');
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}

/** What a file exports under a name. */
export function exported({ program, checker }: Sources, file: string, name: string): ts.Symbol {
  const source = program.getSourceFile(join(root, file));
  const module = source && checker.getSymbolAtLocation(source);
  const found = module && checker.getExportsOfModule(module).find((symbol) => symbol.name === name);
  if (!found) throw new Error(`${file} exports no '${name}'`);
  return found;
}

/** Path below the root of a declaration of this repository. */
export function pathOf(declaration: ts.Declaration): string | undefined {
  const path = relative(root, declaration.getSourceFile().fileName);
  return path.startsWith('..') || path.startsWith('node_modules') ? undefined : path;
}
