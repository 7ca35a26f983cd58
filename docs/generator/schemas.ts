/** Schemas of the source with what the compiler knows of them. */
import type ts from 'typescript';
import type { z } from 'zod';
import { dnsName, label } from '../../stacks/names.ts';
import { image } from '../../stacks/image.ts';
import { port, publishedPort } from '../../stacks/services.ts';
import { fieldDoc } from './field-doc.ts';
import { type Described, type Section, sectionsOf, valueType } from './fields.ts';
import { table } from './markdown.ts';
import { exported, type Sources } from './sources.ts';

/** Told once, at the end of a page. */
const named = [
  { name: 'label', schema: label, file: 'stacks/names.ts', constant: 'label' },
  { name: 'DNS name', schema: dnsName, file: 'stacks/names.ts', constant: 'dnsName' },
  { name: 'image', schema: image, file: 'stacks/image.ts', constant: 'image' },
  { name: 'port', schema: port, file: 'stacks/services.ts', constant: 'port' },
  { name: 'published port', schema: publishedPort, file: 'stacks/services.ts', constant: 'publishedPort' },
] as const;

const names = new Map<z.core.$ZodType, string>(named.map(({ name, schema }) => [schema, name]));

interface Place {
  readonly file: string;
  /** What the file exports it as. */
  readonly constant: string;
  readonly path?: string;
  readonly side?: Described['side'];
  /** How many maps the schema is inside of what the file exports. */
  readonly maps?: number;
}

/** Sections of a schema that a file exports. */
export function schemaSections(sources: Sources, schema: z.ZodType, place: Place): Section[] {
  const { file, constant, path = '', side = 'input', maps = 0 } = place;
  let type = typeOf(sources.checker, exported(sources, file, constant), side);
  for (let inner = 0; inner < maps; inner++) type = valueType(sources.checker, type);
  return sectionsOf(sources, { schema, type, names, side }, path);
}

/** What zod infers: `_zod.input` and `_zod.output` of the schema's own type. */
function typeOf(checker: ts.TypeChecker, symbol: ts.Symbol, side: Described['side']): ts.Type {
  const inner = checker.getTypeOfSymbol(symbol).getProperty('_zod');
  const found = inner && checker.getTypeOfSymbol(inner).getProperty(side);
  if (!found) throw new Error(`'${symbol.name}' is no schema of zod`);
  return checker.getTypeOfSymbol(found);
}

/** The schemas that have names of their own. */
export function namedTypes(sources: Sources): string {
  const rows = named.map(({ name, file, constant }) => [
    name,
    fieldDoc(exported(sources, file, constant), sources.checker),
  ]);
  return table(['type', 'meaning'], rows);
}
