/** The two sets of rules of a bucket: who may read it from a browser, and what becomes of its objects. */
import { z } from 'zod';
import { isObject, type Properties } from '../../../provider/property-values.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { CloudflareApi } from '../api.ts';
import { oneOf, required, text } from '../../contract/inputs.ts';
import { Kind, remove, shown } from '../kind.ts';
import { inJurisdiction, jurisdictions } from './r2-bucket.ts';

type Part = 'cors' | 'lifecycle';

const path = (inputs: Properties, part: Part) =>
  `/accounts/${text(inputs, 'accountId')}/r2/buckets/${text(inputs, 'bucketName')}/${part}`;

/** The API's names of the rules are those of the program already. */
function rulesOf(type: string, part: Part): Omit<StandInResource<CloudflareApi>, 'delete'> {
  const kind = new Kind(type, { jurisdiction: 'default', rules: [] });
  const put = async (client: CloudflareApi, inputs: Properties): Promise<Properties> => {
    const body = { rules: inputs.rules ?? [] };
    await client.ask({ method: 'PUT', path: path(inputs, part), headers: inJurisdiction(inputs), body }, z.unknown());
    return { ...inputs, jurisdiction: inputs.jurisdiction ?? 'default' };
  };
  return {
    ...kind.usual,
    replaceOn: ['accountId', 'bucketName'],

    check: (inputs) => [
      ...required(inputs, 'accountId'),
      ...oneOf('jurisdiction', inputs.jurisdiction, jurisdictions),
      ...(part === 'cors' ? methodsOf(inputs) : []),
    ],

    // The official plugin has no better id either.
    create: async ({ client }, inputs) => ({ id: text(inputs, 'accountId'), outputs: await put(client, inputs) }),

    async read({ client }, id, known) {
      if (!known) throw new Error(`${type} cannot be imported: neither can it be with the official plugin`);
      const state = { ...known.outputs, ...known.inputs };
      const headers = inJurisdiction(state);
      const live = await client.find({ method: 'GET', path: path(state, part), headers }, shown);
      if (!live) return undefined;
      const outputs = { ...state, rules: live.rules ?? [] };
      return { id, inputs: kind.inputs(outputs, known.inputs), outputs };
    },

    update: ({ client }, _id, inputs) => put(client, inputs),
  };
}

function methodsOf({ rules }: Properties) {
  return (Array.isArray(rules) ? rules : []).flatMap((rule, index) => {
    const allowed = isObject(rule) && isObject(rule.allowed) ? rule.allowed.methods : undefined;
    const methods = Array.isArray(allowed) ? allowed : [];
    const name = `rules[${index}].allowed.methods`;
    return methods.flatMap((one, at) => oneOf(`${name}[${at}]`, one, ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']));
  });
}

export const r2BucketCors: StandInResource<CloudflareApi> = {
  ...rulesOf('cloudflare:index/r2BucketCors:R2BucketCors', 'cors'),
  delete: ({ client }, _id, { outputs }) => remove(client, path(outputs, 'cors'), inJurisdiction(outputs)),
};

export const r2BucketLifecycle: StandInResource<CloudflareApi> = {
  ...rulesOf('cloudflare:index/r2BucketLifecycle:R2BucketLifecycle', 'lifecycle'),
  async delete({ warn }, _id, { outputs }) {
    warn(`the lifecycle rules of the bucket ${text(outputs, 'bucketName')} stay: the API has no way to delete them`);
  },
};
