/** What the source says of a field. */
import ts from 'typescript';

/** A docstring as one paragraph. */
export function paragraph(parts: ts.SymbolDisplayPart[]): string {
  return oneLine(ts.displayPartsToString(parts));
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}

/** A field's own docstring, or that of the constant that its value begins with: `pages: pages.optional()`. */
export function fieldDoc(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const own = paragraph(symbol.getDocumentationComment(checker));
  if (own !== '') return own;
  const [declaration] = symbol.declarations ?? [];
  const value = declaration && valueOf(declaration, checker);
  return value ? paragraph(value.getDocumentationComment(checker)) : '';
}

function valueOf(declaration: ts.Declaration, checker: ts.TypeChecker): ts.Symbol | undefined {
  if (ts.isShorthandPropertyAssignment(declaration)) return checker.getShorthandAssignmentValueSymbol(declaration);
  if (!ts.isPropertyAssignment(declaration)) return undefined;
  const first = firstIdentifier(declaration.initializer);
  const found = first && checker.getSymbolAtLocation(first);
  return found && found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
}

/** `limits` of `limits('512M').optional()`; none where it is `z`. */
function firstIdentifier(expression: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(expression)) return expression.text === 'z' ? undefined : expression;
  if (ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression)) {
    return firstIdentifier(expression.expression);
  }
  return undefined;
}

/** The comment before `z.strictObject({ kind: … })` among the members of a union, by the declaration of its `kind`. */
export function memberDoc(symbol: ts.Symbol): string {
  const object = symbol.declarations?.[0]?.parent;
  if (!object || !ts.isCallExpression(object.parent)) return '';
  const source = object.getSourceFile();
  const ranges = ts.getLeadingCommentRanges(source.text, object.parent.getFullStart()) ?? [];
  return ranges
    .map(({ pos, end }) => source.text.slice(pos, end))
    .filter((comment) => comment.startsWith('/**'))
    .map((comment) => comment.replaceAll(/^\/\*\*|\*\/$/g, '').replaceAll(/\n\s*\* ?/g, '\n'))
    .map(oneLine)
    .join(' ');
}
