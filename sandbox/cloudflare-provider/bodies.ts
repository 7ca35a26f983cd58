/** Between the names of the program (`envVars`) and those of the API (`env_vars`), by the contract's types. */
import { isObject, type Properties, type Value } from '../../provider/property-values.ts';
import { type Contract, type Property, resourceShape, typeOf } from '../contract/contract.ts';

type Names = Record<string, Property>;
type Direction = 'toApi' | 'fromApi';

/** Pulumi makes the name of a list a plural, which the API's is not. */
const plurals: Readonly<Record<string, string>> = { ins: 'in', notIns: 'not_in' };

function apiName(name: string): string {
  return plurals[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Inputs of a resource as a body of the API. */
export function toApi(contract: Contract, type: string, inputs: Properties): Properties {
  return translatedObject(contract, resourceShape(contract, type).inputs, inputs, 'toApi');
}

/** What the API shows of a resource, as inputs and outputs; what is null is left out. */
export function fromApi(contract: Contract, type: string, shown: Properties): Properties {
  const { inputs, outputs } = resourceShape(contract, type);
  return translatedObject(contract, { ...inputs, ...outputs }, shown, 'fromApi');
}

/** The same for what a function gives. */
export function resultOf(contract: Contract, names: Names, shown: Properties): Properties {
  return translatedObject(contract, names, shown, 'fromApi');
}

function translatedObject(contract: Contract, names: Names, values: Properties, direction: Direction): Properties {
  const pairs = Object.entries(names).flatMap(([name, property]): [string, Value][] => {
    const [from, to] = direction === 'toApi' ? [name, apiName(name)] : [apiName(name), name];
    const value = values[from];
    return value === undefined || value === null ? [] : [[to, translated(contract, property, value, direction)]];
  });
  return Object.fromEntries(pairs);
}

function translated(contract: Contract, property: Property, value: Value, direction: Direction): Value {
  if ('ref' in property) {
    const named = typeOf(contract, property.ref);
    if (!named || !('properties' in named) || !isObject(value)) return value;
    return translatedObject(contract, named.properties, value, direction);
  }
  if (property.type === 'array' && Array.isArray(value)) {
    return value.map((one) => translated(contract, property.items, one, direction));
  }
  if (property.type !== 'object' || !isObject(value)) return value;
  const each = property.additionalProperties;
  const pairs = Object.entries(value).map(([key, one]) => [key, translated(contract, each, one, direction)]);
  return Object.fromEntries(pairs);
}
