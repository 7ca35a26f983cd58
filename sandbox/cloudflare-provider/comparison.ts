/**
 * Which inputs are the program's and which Cloudflare has filled in by itself: a setting that the program leaves out is
 * kept as it is, as the official plugin does with what its schema calls both optional and computed.
 */
import { changedKeys } from '../../provider/diff.ts';
import { isObject, type Properties, type Value } from '../../provider/property-values.ts';
import { type Contract, type Property, resourceShape, typeOf } from '../contract/contract.ts';

export class Comparison {
  readonly #contract: Contract;
  readonly #inputs: Record<string, Property>;
  /** Inputs that count as this value when the program leaves them out. */
  readonly #defaults: Properties;

  constructor(contract: Contract, type: string, defaults: Properties) {
    this.#contract = contract;
    this.#inputs = resourceShape(contract, type).inputs;
    this.#defaults = defaults;
  }

  changed(before: Properties, after: Properties): string[] {
    const old = { ...this.#ownOf(before), ...this.#likeObject(this.#inputs, after, before) };
    return changedKeys({ ...this.#defaults, ...old }, { ...this.#defaults, ...after });
  }

  /** What there is now, as inputs: in the shape of those known, or on import all that are not their defaults. */
  inputs(live: Properties, known: Properties | undefined): Properties {
    const shown = known ? this.#likeObject(this.#inputs, known, live) : this.#onlyInputs(live);
    const differing = changedKeys(this.#defaults, { ...this.#defaults, ...this.#ownOf(live) });
    const drifted = Object.fromEntries(differing.map((key): [string, Value] => [key, live[key] ?? null]));
    const given = Object.entries(shown).filter(([key]) => known || differing.includes(key) || !(key in this.#defaults));
    return { ...drifted, ...Object.fromEntries(given) };
  }

  #ownOf(values: Properties): Properties {
    return Object.fromEntries(Object.entries(values).filter(([key]) => key in this.#defaults));
  }

  #onlyInputs(values: Properties): Properties {
    return Object.fromEntries(Object.entries(values).filter(([key]) => key in this.#inputs));
  }

  #likeObject(properties: Record<string, Property>, model: Properties, values: Properties): Properties {
    const pairs = Object.keys(model).flatMap((key): [string, Value][] => {
      const value = values[key];
      return value === undefined ? [] : [[key, this.#like(properties[key], model[key], value)]];
    });
    return Object.fromEntries(pairs);
  }

  #like(property: Property | undefined, model: Value | undefined, value: Value): Value {
    if (!property || model === undefined) return value;
    if ('ref' in property) {
      const named = typeOf(this.#contract, property.ref);
      const isShaped = named && 'properties' in named && isObject(model) && isObject(value);
      return isShaped ? this.#likeObject(named.properties, model, value) : value;
    }
    if (property.type === 'array' && Array.isArray(model) && Array.isArray(value)) {
      return value.map((one, index) => this.#like(property.items, model[index], one));
    }
    if (property.type !== 'object' || !isObject(model) || !isObject(value)) return value;
    const each = property.additionalProperties;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#like(each, model[key], one)]));
  }
}
