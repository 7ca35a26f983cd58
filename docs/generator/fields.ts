/** The fields of a zod schema: types and defaults from the schema as it runs, descriptions from its source. */
import type ts from 'typescript';
import { z } from 'zod';
import { fieldDoc } from './field-doc.ts';
import { defaultText, type Json, keyOf, members, typeText } from './field-type.ts';
import type { Sources } from './sources.ts';
import { type Union, unionOf } from './union.ts';

export interface Field {
  /** From the section's own path on, for instance `health.path`. */
  readonly path: string;
  readonly type: string;
  /** As it is written; `required`, or `none`. */
  readonly default: string;
  readonly description: string;
}

/** The fields of one object; those of the objects that it holds many of, or one kind of several, have their own. */
export interface Section {
  readonly path: string;
  /** What only one member of a union has: `kind: own`. */
  readonly variant?: string;
  readonly fields: Field[];
}

/** A schema with the type of what it takes (or gives), and the names of the schemas that are told once, at the end of a page. */
export interface Described {
  readonly schema: z.ZodType;
  readonly type: ts.Type;
  readonly names: ReadonlyMap<z.core.$ZodType, string>;
  readonly side: 'input' | 'output';
}

export function sectionsOf({ checker }: Sources, { schema, type, names, side }: Described, path = ''): Section[] {
  const json = z.toJSONSchema(schema, {
    io: side,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const name = names.get(zodSchema);
      if (name !== undefined) jsonSchema.title = name;
    },
  });
  return content({ checker, json, type, path });
}

interface Node {
  readonly checker: ts.TypeChecker;
  readonly json: Json;
  readonly type: ts.Type;
  readonly path: string;
}

/** A section for an object; for a union of objects one with what they have in common, then those of its members. */
function content(node: Node): Section[] {
  const { checker, json, type, path } = node;
  const variants = members(json).filter(({ properties }) => properties);
  if (variants.length === 0) return json.properties ? withBelow(node, { path, fields: [] }) : [];
  const union = unionOf(checker, type, variants);
  return [
    ...withBelow(
      { ...node, json: union.common, type: union.members[0].type },
      { path, fields: [discriminator(union)] },
    ),
    ...union.members.flatMap(({ json: own, type: inner, value }) =>
      Object.keys(own.properties ?? {}).length === 0
        ? []
        : withBelow({ ...node, json: own, type: inner }, { path, variant: `${union.name}: ${value}`, fields: [] }),
    ),
  ];
}

function discriminator({ name, members: all }: Union): Field {
  return {
    path: name,
    type: all.map(({ value }) => `\`${value}\``).join(' or '),
    default: 'required',
    description: all.flatMap(({ value, doc }) => (doc === '' ? [] : [`\`${value}\`: ${doc}`])).join(' '),
  };
}

function withBelow(node: Node, section: Section): Section[] {
  const below = addFields(node, section, '');
  return [section, ...below.flatMap(content)];
}

/** @returns what has sections of its own */
function addFields({ checker, json, type, path }: Node, { fields }: Section, prefix: string): Node[] {
  return Object.entries(json.properties ?? {}).flatMap(([name, value]): Node[] => {
    if (typeof value === 'boolean') return [];
    const symbol = type.getProperty(name);
    if (!symbol) throw new Error(`'${path} ${prefix}${name}' is in the schema and not in its type`);
    fields.push({
      path: `${prefix}${name}`,
      type: typeText(value, name),
      default: defaultText(value, json.required?.includes(name) === true),
      description: fieldDoc(symbol, checker),
    });
    const inner = checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
    const own = { checker, json: value, type: inner, path: path === '' ? name : `${path}.${name}` };
    return value.properties ? addFields(own, { path, fields }, `${prefix}${name}.`) : [contentOf(own, name)];
  });
}

/** What a map or a list holds. */
function contentOf(node: Node, name: string): Node {
  const { checker, json, type, path } = node;
  const { additionalProperties: values, items } = json;
  if (typeof values === 'object') {
    return { checker, json: values, type: valueType(checker, type), path: `${path}.{${keyOf(json, name)}}` };
  }
  const element = checker.getIndexInfosOfType(type).find(({ keyType }) => checker.typeToString(keyType) === 'number');
  if (!items || typeof items !== 'object' || Array.isArray(items) || !element) return node;
  return { checker, json: items, type: element.type, path: `${path}[]` };
}

/** What a map holds by any key, or by one of a few. */
export function valueType(checker: ts.TypeChecker, type: ts.Type): ts.Type {
  const byKey = type.getStringIndexType();
  const [first] = type.getProperties();
  const found = byKey ?? (first && checker.getTypeOfSymbol(first));
  if (!found) throw new Error(`no values in ${checker.typeToString(type)}`);
  return checker.getNonNullableType(found);
}
