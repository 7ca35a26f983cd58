/** Inputs against a provider's contract, while parts of them may not be known yet. */
import { isObject, plainProperties, type Properties, unknown, type Value } from '../../provider/property-values.ts';
import { type Contract, functionShape, type NamedType, type Property, resourceShape, typeOf } from './contract.ts';

/** `property` is a path as Pulumi writes it: `rules[0].allowed.methods`, `envVars["a.b"]`. */
export type Problem = { property: string; reason: string };

/**
 * Everything that the official provider would not take of a resource's inputs; secret marks and values that a preview
 * does not know yet are let through.
 * @throws Error for a resource that the contract does not have.
 */
export function checkAgainst(contract: Contract, type: string, inputs: Properties): Problem[] {
  const { inputs: properties, requiredInputs: required } = resourceShape(contract, type);
  return checkObject(contract, { properties, required }, plainProperties(inputs), '');
}

/** The same for the arguments of a function. */
export function checkCallArguments(contract: Contract, token: string, args: Properties): Problem[] {
  const { inputs: properties, requiredInputs: required } = functionShape(contract, token);
  return checkObject(contract, { properties, required }, plainProperties(args), '');
}

/** The inputs whose change, at any depth where the contract says so, makes another resource. */
export function replacingInputs(contract: Contract, type: string): string[] {
  const { inputs } = resourceShape(contract, type);
  return Object.keys(inputs).filter((name) => inputs[name] !== undefined && replaces(contract, inputs[name], []));
}

function replaces(contract: Contract, property: Property, seen: readonly string[]): boolean {
  if (property.willReplaceOnChanges) return true;
  if ('ref' in property) {
    const named = seen.includes(property.ref) ? undefined : typeOf(contract, property.ref);
    if (!named || 'enum' in named) return false;
    return Object.values(named.properties).some((inner) => replaces(contract, inner, [...seen, property.ref]));
  }
  if (property.type === 'array') return replaces(contract, property.items, seen);
  return property.type === 'object' && replaces(contract, property.additionalProperties, seen);
}

type ObjectType = Exclude<NamedType, { enum: string[] }>;

function checkObject(contract: Contract, type: ObjectType, given: Properties, path: string): Problem[] {
  const names = Object.keys(type.properties).sort();
  const missing = type.required
    .filter((name) => (given[name] ?? null) === null)
    .map((name) => ({ property: below(path, name), reason: 'is required and missing' }));
  const wrong = Object.entries(given).flatMap(([name, value]) => {
    const property = type.properties[name];
    if (value === null) return [];
    if (property) return checkValue(contract, property, value, below(path, name));
    return [{ property: below(path, name), reason: `is unknown here; there are ${names.join(', ')}` }];
  });
  return [...missing, ...wrong];
}

function checkValue(contract: Contract, property: Property, value: Value, path: string): Problem[] {
  if (value === unknown) return [];
  if ('ref' in property) return checkNamed(contract, typeOf(contract, property.ref), value, path);
  switch (property.type) {
    case 'array':
      if (!Array.isArray(value)) return [mismatch('a list', value, path)];
      return value.flatMap((inner, index) => checkValue(contract, property.items, inner, `${path}[${index}]`));
    case 'object':
      if (!isObject(value)) return [mismatch('a map', value, path)];
      return Object.entries(value).flatMap(([key, inner]) =>
        checkValue(contract, property.additionalProperties, inner, below(path, key)),
      );
    case 'integer':
      return Number.isInteger(value) ? [] : [mismatch('a whole number', value, path)];
    default:
      return typeof value === property.type ? [] : [mismatch(`a ${property.type}`, value, path)];
  }
}

function checkNamed(contract: Contract, named: NamedType | undefined, value: Value, path: string): Problem[] {
  if (!named) return [];
  if ('enum' in named) {
    const taken = typeof value === 'string' && named.enum.includes(value);
    return taken ? [] : [{ property: path, reason: `has to be one of ${named.enum.join(', ')}` }];
  }
  return isObject(value) ? checkObject(contract, named, value, path) : [mismatch('an object', value, path)];
}

/** The value itself stays out of it: it may be a secret. */
function mismatch(expected: string, value: Value, property: string): Problem {
  return { property, reason: `has to be ${expected}, found ${kindOf(value)}` };
}

function kindOf(value: Value): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  return typeof value === 'number' && !Number.isInteger(value) ? 'a fraction' : `a ${typeof value}`;
}

function below(path: string, key: string): string {
  if (!/^\w+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
