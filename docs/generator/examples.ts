/** The examples of docstrings, and whether the compiler takes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface Example {
  /** Whose it is. */
  readonly of: string;
  readonly code: string;
  /** A file that is not there: the code with what it needs from beside it. */
  readonly path: string;
  readonly program: string;
}

/** `@example` of each exported class and function of a file. */
export function examplesOf(root: string, file: string): Example[] {
  const path = join(root, file);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.filter(isNamed).flatMap((statement): Example[] => {
    const name = statement.name.text;
    const tag = ts.getJSDocTags(statement).find(({ tagName }) => tagName.text === 'example');
    const code = ts.getTextOfJSDocComment(tag?.comment)?.trim();
    if (code === undefined || code === '') return [];
    const program = `import { ${name} } from './${file.replace(/^.*\//, '')}';\n${code};\n`;
    return [{ of: name, code, path: path.replace(/\.ts$/, `.example-${name}.ts`), program }];
  });
}

function isNamed(node: ts.Statement): node is (ts.ClassDeclaration | ts.FunctionDeclaration) & { name: ts.Identifier } {
  return (ts.isClassDeclaration(node) || ts.isFunctionDeclaration(node)) && node.name !== undefined;
}

/** "Cannot find name", with and without a proposal, and the same of `{ name }`: an example has no more than it shows. */
const notShown = new Set([2304, 2552, 18004]);

/** What the compiler finds wrong, one line each. */
export function wrongExamples(program: ts.Program, examples: readonly Example[]): string[] {
  return examples.flatMap(({ of, path }) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found
      .filter(({ code }) => !notShown.has(code))
      .map(({ messageText }) => `${of}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}
