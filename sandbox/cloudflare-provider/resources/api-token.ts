import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { safeJson } from '../../../provider/grpc-messages.ts';
import { isObject, type Properties, unknown, type Value } from '../../../provider/property-values.ts';
import type { Problem } from '../../contract/check.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { CloudflareApi } from '../api.ts';
import { oneOf, text } from '../../contract/inputs.ts';
import { isMadeSince, Kind, remove, shown } from '../kind.ts';

const kind = new Kind('cloudflare:index/apiToken:ApiToken', { condition: null, expiresOn: null, notBefore: null });
const path = '/user/tokens';

export const apiToken: StandInResource<CloudflareApi> = {
  ...kind.usual,
  replaceOn: [],

  check: ({ policies, status }) => [
    ...oneOf('status', status, ['active', 'disabled', 'expired']),
    ...(Array.isArray(policies) ? policies : []).flatMap(policyProblems),
  ],

  async create({ client }, inputs) {
    const made = await client.make({ method: 'POST', path, body: bodyOf(inputs) }, shown, async (since) => {
      const found = await client.list(`${path}?per_page=50`, shown);
      // Its value was in the lost answer alone: nobody can ever use it.
      for (const one of found.filter(({ name, issued_on: on }) => name === inputs.name && isMadeSince(on, since))) {
        await remove(client, `${path}/${text(one, 'id')}`);
      }
      return undefined;
    });
    return { id: text(made, 'id'), outputs: { ...outputsOf(made, inputs), value: text(made, 'value') } };
  },

  async read({ client }, id, known) {
    const live = await client.find({ method: 'GET', path: `${path}/${id}` }, shown);
    if (!live || live.status === 'expired') return undefined;
    const { value = '' } = known?.outputs ?? {};
    const outputs = { ...outputsOf(live, known?.inputs ?? {}), value };
    return { id, inputs: kind.inputs(outputs, known?.inputs), outputs };
  },

  async update({ client }, id, inputs, { outputs: { value = '' } }) {
    const live = await client.ask({ method: 'PUT', path: `${path}/${id}`, body: bodyOf(inputs) }, shown);
    return { ...outputsOf(live, inputs), value };
  },

  delete: ({ client }, id) => remove(client, `${path}/${id}`),
};

/** `resources` is JSON text in the program and JSON in the API. */
function bodyOf(inputs: Properties): Properties {
  return {
    ...kind.toApi(inputs),
    policies: policiesOf(inputs).map(({ resources, effect, permissionGroups }) => ({
      effect: effect ?? null,
      permission_groups: permissionGroups ?? [],
      resources: z.json().parse(safeJson(String(resources))),
    })),
  };
}

function outputsOf(live: Properties, given: Properties): Properties {
  const before = policiesOf(given);
  const policies = policiesOf(kind.fromApi(live)).map((policy, index): Properties => {
    const known = before[index]?.resources;
    const isSame = typeof known === 'string' && isDeepStrictEqual(safeJson(known), policy.resources);
    return { ...policy, resources: isSame ? known : JSON.stringify(policy.resources) };
  });
  return { ...kind.fromApi(live), ...sameTimes(live, given), policies };
}

function policiesOf({ policies }: Properties): Properties[] {
  return (Array.isArray(policies) ? policies : []).filter(isObject);
}

/** Times stay as the program writes them where they say the same. */
function sameTimes({ not_before: before, expires_on: on }: Properties, given: Properties): Properties {
  const pairs: [string, Value | undefined][] = [
    ['notBefore', before],
    ['expiresOn', on],
  ];
  const same = pairs.filter(([name, time]) => Date.parse(String(given[name])) === Date.parse(String(time)));
  return Object.fromEntries(same.map(([name]) => [name, given[name] ?? null]));
}

function policyProblems(policy: Value, index: number): Problem[] {
  if (!isObject(policy)) return [];
  const { effect, resources } = policy;
  const wrong =
    resources !== unknown &&
    !isObject(
      z
        .json()
        .optional()
        .parse(safeJson(String(resources))),
    );
  const property = `policies[${index}]`;
  return [
    ...oneOf(`${property}.effect`, effect, ['allow', 'deny']),
    ...(wrong ? [{ property: `${property}.resources`, reason: 'has to be the text of a JSON object' }] : []),
  ];
}
