/**
 * What an official provider takes and gives, read off its own schema, for its stand-in in the sandbox.
 * Source: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const flags = {
  secret: z.boolean().optional(),
  deprecated: z.boolean().optional(),
  willReplaceOnChanges: z.boolean().optional(),
  default: z.json().optional(),
};

const property = z.union([
  z.strictObject({ ref: z.string(), ...flags }),
  z.strictObject({ type: z.enum(['string', 'boolean', 'integer', 'number']), ...flags }),
  z.strictObject({
    type: z.literal('array'),
    get items(): z.ZodType<Property> {
      return property;
    },
    ...flags,
  }),
  z.strictObject({
    type: z.literal('object'),
    get additionalProperties(): z.ZodType<Property> {
      return property;
    },
    ...flags,
  }),
]);

type Flags = {
  secret?: boolean | undefined;
  deprecated?: boolean | undefined;
  willReplaceOnChanges?: boolean | undefined;
  default?: unknown;
};

export type Property = Flags &
  (
    | { ref: string }
    | { type: 'string' | 'boolean' | 'integer' | 'number' }
    | { type: 'array'; items: Property }
    | { type: 'object'; additionalProperties: Property }
  );

const properties = z.record(z.string(), property);

const shape = z.strictObject({ inputs: properties, requiredInputs: z.array(z.string()), outputs: properties });

const namedType = z.union([
  z.strictObject({ properties, required: z.array(z.string()) }),
  z.strictObject({ type: z.literal('string'), enum: z.array(z.string()) }),
]);

export const contractSchema = z.strictObject({
  provider: z.string(),
  schemaVersion: z.string(),
  config: properties,
  resources: z.record(z.string(), shape),
  functions: z.record(z.string(), shape),
  types: z.record(z.string(), namedType),
});

export type Contract = z.output<typeof contractSchema>;
/** A resource or a function: what goes in, what has to, and what comes out beside it. */
export type Shape = z.output<typeof shape>;
export type NamedType = z.output<typeof namedType>;

const folder = resolve(import.meta.dirname, '..', 'contracts');

/** The contract of a provider that has a stand-in here. */
export function loadContract(provider: 'cloudflare' | 'github' | 'docker'): Contract {
  return contractSchema.parse(JSON.parse(readFileSync(resolve(folder, `${provider}.json`), 'utf8')));
}

/** @throws Error that names the resources that the stand-in has. */
export function resourceShape({ provider, resources }: Contract, type: string): Shape {
  return resources[type] ?? unsupported(provider, type, resources);
}

/** @throws Error that names the functions that the stand-in has. */
export function functionShape({ provider, functions }: Contract, token: string): Shape {
  return functions[token] ?? unsupported(provider, token, functions);
}

function unsupported(provider: string, asked: string, there: Record<string, Shape>): never {
  const names = Object.keys(there).join(', ');
  throw new Error(`the stand-in of the ${provider} provider has ${names}; ${asked} needs the official plugin`);
}

/** The named type behind `ref`; none for a type that takes any value, such as `pulumi.json#/Any`. */
export function typeOf({ types }: Contract, ref: string): NamedType | undefined {
  return types[ref.replace(/^#\/types\//, '')];
}
