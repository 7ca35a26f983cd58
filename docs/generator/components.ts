/** What `components/` offers: Pulumi's resources and the parts that they are made of. */
import { join } from 'node:path';
import ts from 'typescript';
import { argumentsOf, type Made, type Member, methodsOf, outputsOf, schemaOf } from './component-members.ts';
import { componentFiles, pathOf, root, type Sources } from './sources.ts';

export interface Component {
  readonly name: string;
  /** Below the root. */
  readonly file: string;
  readonly doc: string;
  readonly arguments: readonly Member[];
  /** The schema in `provider/schema.ts` that its arguments are given by, where there are no `arguments`. */
  readonly schema: string | undefined;
  readonly outputs: readonly Member[];
  readonly methods: readonly Member[];
  /** Types of this repository that it names, with their files. */
  readonly types: ReadonlyMap<string, string>;
  readonly hasExample: boolean;
}

/** Every exported class and function. */
export function componentsOf({ program, checker }: Sources): Component[] {
  return componentFiles.flatMap((file) =>
    (program.getSourceFile(join(root, file))?.statements ?? []).flatMap((node) => {
      if (!ts.isClassDeclaration(node) && !ts.isFunctionDeclaration(node)) return [];
      const isExported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      return isExported && node.name ? [component(checker, file, node, node.name)] : [];
    }),
  );
}

/** What nobody needs an example of is told in the list of all. */
export function hasPage({ hasExample }: Component): boolean {
  return hasExample;
}

function component(checker: ts.TypeChecker, file: string, node: Made, name: ts.Identifier): Component {
  const members = {
    arguments: argumentsOf(checker, node),
    outputs: outputsOf(checker, node),
    methods: methodsOf(checker, node),
  };
  const symbol = checker.getSymbolAtLocation(name);
  return {
    name: name.text,
    file,
    doc: symbol ? ts.displayPartsToString(symbol.getDocumentationComment(checker)) : '',
    schema: schemaOf(node),
    ...members,
    types: new Map(
      Object.values(members)
        .flat()
        .flatMap((member) => namedTypes(checker, member.node)),
    ),
    hasExample: ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'example'),
  };
}

/** `stacks.Server` of `Input<stacks.Server>`, with the file that has it. */
function namedTypes(checker: ts.TypeChecker, node: ts.Node): [string, string][] {
  const inner = node.getChildren().flatMap((child) => namedTypes(checker, child));
  if (!ts.isTypeReferenceNode(node)) return inner;
  const found = checker.getSymbolAtLocation(node.typeName);
  const symbol = found && found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  const [declaration] = symbol?.declarations ?? [];
  const path = declaration && pathOf(declaration);
  return path === undefined || path.startsWith('components/') ? inner : [[node.typeName.getText(), path], ...inner];
}
