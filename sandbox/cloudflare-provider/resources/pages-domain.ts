import type { Properties } from '../../../provider/property-values.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { CloudflareApi } from '../api.ts';
import { required, text } from '../../contract/inputs.ts';
import { importParts, isMadeSince, Kind, remove, shown } from '../kind.ts';

const kind = new Kind('cloudflare:index/pagesDomain:PagesDomain', {});

const path = (inputs: Properties) =>
  `/accounts/${text(inputs, 'accountId')}/pages/projects/${text(inputs, 'projectName')}/domains`;

export const pagesDomain: StandInResource<CloudflareApi> = {
  ...kind.usual,
  replaceOn: ['accountId', 'name', 'projectName'],

  check: (inputs) => required(inputs, 'accountId'),

  async create({ client }, inputs) {
    const name = text(inputs, 'name');
    const made = await client.make({ method: 'POST', path: path(inputs), body: { name } }, shown, async (since) => {
      const found = await client.find({ method: 'GET', path: `${path(inputs)}/${name}` }, shown);
      return found && isMadeSince(found.created_on, since) ? found : undefined;
    });
    return { id: name, outputs: outputsOf(made, inputs) };
  },

  async read({ client }, id, known) {
    const state = { ...known?.outputs, ...known?.inputs };
    const [accountId = '', projectName = '', name = ''] = known
      ? [text(state, 'accountId'), text(state, 'projectName'), id]
      : importParts(id, 'account_id', 'project_name', 'domain_name');
    const live = await client.find({ method: 'GET', path: `${path({ accountId, projectName })}/${name}` }, shown);
    if (!live) return undefined;
    const outputs = outputsOf(live, { accountId, projectName });
    return { id: name, inputs: kind.inputs(outputs, known?.inputs), outputs };
  },

  /** Asks Cloudflare to look at the name again: there is nothing of a domain that could change. */
  async update({ client }, id, inputs) {
    return outputsOf(await client.ask({ method: 'PATCH', path: `${path(inputs)}/${id}`, body: {} }, shown), inputs);
  },

  delete: ({ client }, id, { outputs }) => remove(client, `${path(outputs)}/${id}`),
};

function outputsOf(live: Properties, given: Properties): Properties {
  const { accountId = '', projectName = '' } = given;
  return { ...kind.fromApi(live), accountId, projectName };
}
