/** A resource of GitHub with typed inputs, as the stand-ins' common service wants one. */
import { z } from 'zod';
import { changedKeys } from '../../provider/diff.ts';
import { hasUnknown, isObject, type Properties, type Value } from '../../provider/property-values.ts';
import type { Problem } from '../contract/check.ts';
import type { StandInResource } from '../contract/resource.ts';
import type { GithubClient } from './client.ts';

/** What is known of a resource before it is asked for; after an import not all of it. */
export interface Known<Inputs> {
  readonly inputs: Inputs | undefined;
  readonly outputs: Properties;
}

export interface Resource<Inputs> {
  /** What the contract cannot say: ranges, names, one of two. */
  readonly schema: z.ZodType<Inputs>;
  /** Inputs where the program gives none; `before` are those of the last update. */
  defaults(name: string, before: Properties): Properties;
  /** Inputs whose change makes another resource, beside those that the contract names. */
  readonly replaceOn: readonly string[];
  create(github: GithubClient, inputs: Inputs): Promise<{ id: string; outputs: Properties }>;
  read(
    github: GithubClient,
    id: string,
    known: Known<Inputs>,
  ): Promise<{ id: string; inputs: Partial<Inputs>; outputs: Properties } | undefined>;
  /** The outputs that it changed. */
  update(github: GithubClient, inputs: Inputs, outputs: Properties): Promise<Properties>;
  delete(github: GithubClient, id: string, state: Properties): Promise<void>;
}

export function standIn<Inputs>({ schema, defaults, ...resource }: Resource<Inputs>): StandInResource<GithubClient> {
  return {
    replaceOn: resource.replaceOn,
    changed: changedKeys,
    deleteBeforeReplace: () => false,
    complete: (inputs, before, name) => ({ ...defaults(name, before), ...inputs }),
    check: (inputs) => problemsOf(schema, inputs),
    create: ({ client }, inputs) => resource.create(client, schema.parse(inputs)),

    async read({ client }, id, known) {
      const found = await resource.read(client, id, {
        inputs: known && schema.safeParse(known.inputs).data,
        outputs: known?.outputs ?? {},
      });
      if (!found) return undefined;
      const inputs = z.record(z.string(), z.json()).parse(found.inputs);
      return { id: found.id, inputs, outputs: { ...inputs, ...found.outputs } };
    },

    async update({ client }, _id, given, known) {
      const inputs = schema.parse(given);
      const before = Object.entries(known.outputs).filter(([key]) => !(key in known.inputs));
      return { ...Object.fromEntries(before), ...(await resource.update(client, inputs, known.outputs)) };
    },

    delete: ({ client }, id, { inputs, outputs }) => resource.delete(client, id, { ...inputs, ...outputs }),
  };
}

function problemsOf(schema: z.ZodType, inputs: Properties): Problem[] {
  const issues = schema.safeParse(inputs).error?.issues ?? [];
  return issues
    .filter(({ path }) => !hasUnknown(at(inputs, path)))
    .map(({ path, message }) => ({ property: path.join('.'), reason: message }));
}

function at(value: Value | undefined, path: PropertyKey[]): Value | undefined {
  return path.reduce<Value | undefined>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return isObject(inner) ? inner[String(key)] : undefined;
  }, value);
}
