/** Secret marks where a provider's contract asks for them. */
import { isObject, type Properties, secret, unknown, type Value } from '../../provider/property-values.ts';
import { type Contract, type Property, resourceShape, typeOf } from './contract.ts';

/** A resource's plain inputs or outputs with every value marked that the contract calls secret. */
export function withContractSecrets(contract: Contract, type: string, values: Properties): Properties {
  const { inputs, outputs } = resourceShape(contract, type);
  return markObject(contract, { ...inputs, ...outputs }, values);
}

function markObject(contract: Contract, properties: Record<string, Property>, values: Properties): Properties {
  const marked = Object.entries(values).map(([key, value]) => [key, mark(contract, properties[key], value)]);
  return Object.fromEntries(marked);
}

function mark(contract: Contract, property: Property | undefined, value: Value): Value {
  if (!property || value === null || value === unknown) return value;
  if (property.secret) return secret(value);
  if ('ref' in property) {
    const named = typeOf(contract, property.ref);
    return named && 'properties' in named && isObject(value) ? markObject(contract, named.properties, value) : value;
  }
  if (property.type === 'array' && Array.isArray(value)) return value.map((one) => mark(contract, property.items, one));
  if (property.type !== 'object' || !isObject(value)) return value;
  const each = property.additionalProperties;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mark(contract, each, one)]));
}
