import { z } from 'zod';
import { safeJson } from '../../../provider/grpc-messages.ts';
import { type Properties, unknown } from '../../../provider/property-values.ts';
import { text } from '../../contract/inputs.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { Connection } from '../connection.ts';
import { imageName } from '../image-name.ts';
import { changedSettings } from '../settings.ts';

const shown = z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() });
type Shown = z.output<typeof shown>;

export const remoteImage: StandInResource<Connection> = {
  replaceOn: [],
  changed: (before, after) =>
    changedSettings({ defaults: {}, kept: ['platform'], sets: ['pullTriggers'] }, before, after),
  deleteBeforeReplace: () => false,
  complete: (inputs) => inputs,

  check: ({ build }) =>
    build === undefined || build === unknown
      ? []
      : [{ property: 'build', reason: 'is not done by the stand-in: it needs the official plugin' }],

  async create({ client }, inputs) {
    const found = await pullMissing(client, text(inputs, 'name'), platformOf(inputs));
    return { id: idOf(found, inputs), outputs: outputsOf(found, text(inputs, 'name')) };
  },

  async read({ client }, id, known) {
    if (!known) throw new Error(`"${id}" cannot be imported: neither can it be with the official plugin`);
    const inputs = { ...known.outputs, ...known.inputs };
    const found = await look(client, text(inputs, 'name'));
    if (!found) return undefined;
    const outputs = { ...known.inputs, ...outputsOf(found, text(inputs, 'name')) };
    return { id: idOf(found, inputs), inputs: known.inputs, outputs };
  },

  async update({ client }, _id, inputs) {
    const name = text(inputs, 'name');
    return outputsOf(await pullMissing(client, name, platformOf(inputs)), name);
  },

  async delete({ client: { api } }, _id, { inputs }) {
    if (inputs.keepLocally === true) return;
    const query = { force: String(inputs.forceRemove === true) };
    await api.find({ method: 'DELETE', path: `/images/${text(inputs, 'name')}`, query }, z.unknown());
  },
};

/** The image of this name; it is pulled where it is not there yet. @throws Error that names what the engine says */
export async function pullMissing(client: Connection, name: string, platform: string | undefined): Promise<Shown> {
  const there = await look(client, name);
  if (there) return there;
  const { registry } = imageName(name);
  const login = client.loginOf(registry);
  const auth = login && Buffer.from(JSON.stringify({ ...login, serveraddress: registry })).toString('base64url');
  const query = { fromImage: withTag(name), ...(platform !== undefined && { platform }) };
  const headers = { ...(auth !== undefined && { 'x-registry-auth': auth }) };
  const said = await client.api.bytes({ method: 'POST', path: '/images/create', query, headers });
  const pulled = await look(client, name);
  if (pulled) return pulled;
  throw new Error(`image ${name} was not pulled: ${reasonIn(said.toString('utf8'))}; nothing was made`);
}

function look({ api }: Connection, name: string): Promise<Shown | undefined> {
  return api.find({ method: 'GET', path: `/images/${name}/json` }, shown);
}

/** Without a tag the engine would pull all of them. */
function withTag(name: string): string {
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}

/** The progress of a pull is a line of JSON each; a failure is one of them. */
function reasonIn(lines: string): string {
  const errors = lines.split('\n').flatMap((line) => {
    const parsed = z.object({ error: z.string() }).safeParse(safeJson(line));
    return parsed.success ? [parsed.data.error] : [];
  });
  return errors.at(-1) ?? 'the engine did not say why';
}

function platformOf({ platform }: Properties): string | undefined {
  return typeof platform === 'string' ? platform : undefined;
}

/** As the official plugin makes it. */
function idOf({ Id }: Shown, inputs: Properties): string {
  return `${Id}${text(inputs, 'name')}`;
}

function outputsOf({ Id, RepoDigests }: Shown, name: string): Properties {
  const path = name.replace(/[:@][^/]*$/, '');
  const own = RepoDigests?.find((digest) => digest.startsWith(`${path}@`) || digest.includes(`/${path}@`));
  return { name, imageId: Id, repoDigest: own ?? RepoDigests?.[0] ?? '' };
}
