/** A union of objects that one property tells apart. */
import type ts from 'typescript';
import { fieldDoc, memberDoc } from './field-doc.ts';
import type { Json } from './field-type.ts';

export interface Union {
  /** Of the property that tells its members apart. */
  readonly name: string;
  /** What all members have alike. */
  readonly common: Json;
  readonly members: readonly [Member, ...Member[]];
}

interface Member {
  readonly value: string;
  readonly doc: string;
  /** What the others have not, or not so. */
  readonly json: Json;
  readonly type: ts.Type;
}

export function unionOf(checker: ts.TypeChecker, type: ts.Type, variants: readonly Json[]): Union {
  const name = discriminatorOf(variants);
  const shared = Object.keys(variants[0]?.properties ?? {}).filter((key) => key !== name && isSame(variants, key));
  const [first, ...others] = variants.map((variant): Member => {
    const value = constant(variant, name) ?? '';
    const own = typeOf(checker, type, name, value);
    const symbol = own.getProperty(name);
    const doc = symbol ? memberDoc(symbol) || fieldDoc(symbol, checker) : '';
    return { value, doc, json: pick(variant, (key) => key !== name && !shared.includes(key)), type: own };
  });
  if (!first) throw new Error(`a union without members: ${checker.typeToString(type)}`);
  return { name, common: pick(variants[0] ?? {}, (key) => shared.includes(key)), members: [first, ...others] };
}

function discriminatorOf(variants: readonly Json[]): string {
  const [first, ...others] = variants;
  const found = Object.keys(first?.properties ?? {}).find((name) =>
    [first, ...others].every((one) => one && constant(one, name) !== undefined),
  );
  if (found === undefined) throw new Error(`nothing tells ${Object.keys(first?.properties ?? {}).join(', ')} apart`);
  return found;
}

function constant({ properties }: Json, name: string): string | undefined {
  const property = properties?.[name];
  return typeof property === 'object' && typeof property.const === 'string' ? property.const : undefined;
}

/** Whether a property is there in each of them, and the same. */
function isSame(variants: readonly Json[], name: string): boolean {
  const texts = variants.map(({ properties, required }) =>
    JSON.stringify([properties?.[name], required?.includes(name)]),
  );
  return new Set(texts).size === 1;
}

function pick(json: Json, isWanted: (name: string) => boolean): Json {
  return {
    ...json,
    properties: Object.fromEntries(Object.entries(json.properties ?? {}).filter(([name]) => isWanted(name))),
  };
}

function typeOf(checker: ts.TypeChecker, type: ts.Type, name: string, value: string): ts.Type {
  const all = type.isUnion() ? type.types : [type];
  const found = all.find((one) => {
    const symbol = one.getProperty(name);
    const own = symbol && checker.getTypeOfSymbol(symbol);
    return own?.isStringLiteral() === true && own.value === value;
  });
  if (!found) throw new Error(`no member with ${name} '${value}' in ${checker.typeToString(type)}`);
  return found;
}
