/** A provider's own configuration: what is no string reaches it as JSON text. */
import { plainProperties, type Properties, unknown, type Value } from '../../provider/property-values.ts';
import { safeJson } from '../../provider/grpc-messages.ts';
import { z } from 'zod';
import type { Contract, Property } from './contract.ts';

/** The plain values that the contract has; what a preview does not know yet is left out. */
export function configurationOf(contract: Contract, given: Properties): Properties {
  const known = Object.entries(plainProperties(given)).flatMap(([name, value]): [string, Value][] => {
    const property = contract.config[name];
    return property && value !== unknown && value !== null ? [[name, decoded(property, value)]] : [];
  });
  return Object.fromEntries(known);
}

function decoded(property: Property, value: Value): Value {
  const isText = 'type' in property && property.type === 'string';
  if (isText || typeof value !== 'string') return value;
  const parsed = z.json().safeParse(safeJson(value));
  return parsed.success ? parsed.data : value;
}
