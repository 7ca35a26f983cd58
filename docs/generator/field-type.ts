/** A JSON Schema's type in a few words. */
import type { z } from 'zod';
import { unknown } from '../../provider/property-values.ts';
import { environmentNames } from '../../stacks/environments.ts';

export type Json = z.core.JSONSchema.BaseSchema;

/** Of a union; none of anything else. */
export function members({ anyOf, oneOf }: Json): Json[] {
  return (anyOf ?? oneOf ?? []).filter((one) => typeof one === 'object');
}

export function typeText(json: Json, name: string): string {
  if (json.title !== undefined) return json.title;
  const union = members(json);
  if (union.length > 0) return unionText(union, name);
  if (json.const !== undefined) return code(json.const);
  if (json.enum) return json.enum.map(code).join(' or ');
  switch (json.type) {
    case 'object':
      return objectText(json, name);
    case 'array': {
      const { items } = json;
      return items && typeof items === 'object' && !Array.isArray(items) ? `list of ${typeText(items, name)}` : 'list';
    }
    case 'integer':
    case 'number':
      return `${json.type}${rangeText(json)}`;
    case 'string':
      return formats[json.format ?? ''] ?? 'string';
    default:
      return String(json.type ?? 'anything');
  }
}

/** As zod tells JSON Schema of them. */
const formats: Readonly<Record<string, string>> = {
  uri: 'URL',
  email: 'e-mail address',
  ipv4: 'IPv4 address',
  ipv6: 'IPv6 address',
  date: 'day',
};

function unionText(union: Json[], name: string): string {
  // What a preview does not know yet is taken in place of anything.
  const known = union.filter((one) => one.const !== unknown);
  const texts = known.map((one) => (one.properties ? 'object' : typeText(one, name)));
  return [...new Set(texts)].join(' or ');
}

function objectText(json: Json, name: string): string {
  const { additionalProperties: values, propertyNames: names } = json;
  if (typeof values !== 'object') return 'object';
  const value = typeText(values, name);
  if (value.startsWith('object')) return `map of {${keyOf(json, name)}} to ${value}`;
  const key = typeof names === 'object' ? names.title : undefined;
  return `map of ${key ?? (isEnvironment(json) ? 'environment' : 'name')} to ${value}`;
}

/** What the keys of a map are called: `{environment}`, `{app}` in `apps`. */
export function keyOf(json: Json, name: string): string {
  return isEnvironment(json) ? 'environment' : name.replace(/(?<=ch)es$|s$/, '');
}

function isEnvironment({ propertyNames: names }: Json): boolean {
  const keys = typeof names === 'object' ? names.enum : undefined;
  return keys?.every((key) => environmentNames.some((known) => known === key)) === true;
}

/** JSON's own bounds of an integer are left out. */
function rangeText({ minimum = -Infinity, maximum = Infinity, exclusiveMinimum }: Json): string {
  const from = minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const to = maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (from !== undefined && to !== undefined) return ` ${from}–${to}`;
  const parts = [
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(to === undefined ? [] : [`up to ${to}`]),
  ];
  return parts.length > 0 ? ` ${parts.join(', ')}` : '';
}

export function defaultText({ default: value, properties }: Json, isRequired: boolean): string {
  if (isRequired) return 'required';
  if (value === undefined) return 'none';
  // Its fields have their own.
  return properties ? '' : code(value);
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
