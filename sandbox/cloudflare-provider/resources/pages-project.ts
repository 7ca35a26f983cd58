import { isObject, type Properties, type Value } from '../../../provider/property-values.ts';
import { objectAt, oneOf, required, text } from '../../contract/inputs.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { CloudflareApi } from '../api.ts';
import { importParts, isMadeSince, Kind, remove, shown } from '../kind.ts';

const kind = new Kind('cloudflare:index/pagesProject:PagesProject', { source: null });
const environments = ['preview', 'production'] as const;

const path = (inputs: Properties) => `/accounts/${text(inputs, 'accountId')}/pages/projects`;

export const pagesProject: StandInResource<CloudflareApi> = {
  ...kind.usual,
  replaceOn: ['accountId', 'name'],

  check(inputs) {
    const variables = environments.flatMap((environment) =>
      Object.entries(objectAt(inputs, 'deploymentConfigs', environment, 'envVars')).flatMap(([name, variable]) => {
        const type = isObject(variable) ? variable.type : undefined;
        return oneOf(`deploymentConfigs.${environment}.envVars.${name}.type`, type, ['plain_text', 'secret_text']);
      }),
    );
    return [...required(inputs, 'accountId'), ...variables];
  },

  async create({ client }, inputs) {
    const name = text(inputs, 'name');
    const made = await client.make(
      { method: 'POST', path: path(inputs), body: kind.toApi(inputs) },
      shown,
      async (since) => {
        const found = await client.find({ method: 'GET', path: `${path(inputs)}/${name}` }, shown);
        return found && isMadeSince(found.created_on, since) ? found : undefined;
      },
    );
    return { id: name, outputs: outputsOf(made, inputs) };
  },

  async read({ client }, id, known) {
    const state = { ...known?.outputs, ...known?.inputs };
    const [accountId = '', name = ''] = known
      ? [text(state, 'accountId'), id]
      : importParts(id, 'account_id', 'project_name');
    const live = await client.find({ method: 'GET', path: `${path({ accountId })}/${name}` }, shown);
    if (!live) return undefined;
    const outputs = outputsOf(live, { ...state, accountId });
    return { id: name, inputs: kind.inputs(outputs, known?.inputs), outputs };
  },

  async update({ client }, id, inputs, { outputs }) {
    const body = withoutVariables(kind.toApi(inputs), outputs);
    const live = await client.ask({ method: 'PATCH', path: `${path(inputs)}/${id}`, body }, shown);
    return outputsOf(live, inputs);
  },

  delete: ({ client }, id, { outputs }) => remove(client, `${path(outputs)}/${id}`),
};

/** The API never shows a secret again, so its text is the one that was given. */
function outputsOf(live: Properties, given: Properties): Properties {
  const outputs = { ...kind.fromApi(live), accountId: text(given, 'accountId') };
  const configs = objectAt(outputs, 'deploymentConfigs');
  const whole = Object.entries(configs).map(([environment, config]): [string, Value] => {
    const known = objectAt(given, 'deploymentConfigs', environment, 'envVars');
    const variables = Object.entries(objectAt(config, 'envVars')).map(([name, variable]): [string, Value] => {
      const { type, value } = objectAt(variable);
      const before = objectAt(known[name]);
      const isHidden = type === 'secret_text' && before.type === 'secret_text';
      return [name, { type: type ?? null, value: (isHidden ? before.value : value) ?? '' }];
    });
    return [environment, { ...objectAt(config), envVars: Object.fromEntries(variables) }];
  });
  return { ...outputs, deploymentConfigs: Object.fromEntries(whole) };
}

/** A variable that the program no longer names is taken away by `null`: what a change does not name stays. */
function withoutVariables(body: Properties, before: Properties): Properties {
  const configs = Object.entries(objectAt(body, 'deployment_configs')).map(([environment, given]): [string, Value] => {
    const config = objectAt(given);
    if (config.env_vars === undefined) return [environment, config];
    const names = Object.keys(objectAt(before, 'deploymentConfigs', environment, 'envVars'));
    const gone = Object.fromEntries(names.map((name) => [name, null]));
    return [environment, { ...config, env_vars: { ...gone, ...objectAt(config, 'env_vars') } }];
  });
  return { ...body, ...(configs.length > 0 && { deployment_configs: Object.fromEntries(configs) }) };
}
