/** `CaddySite`: one site file of Caddy, live only when Caddy runs the whole configuration with it. */
import { createHash } from 'node:crypto';
import { OperationError } from '../operation-error.ts';
import { Batches } from '../batches.ts';
import type { Call, Resource } from '../resource.ts';
import { type CaddySiteInputs, caddySite } from '../schema.ts';
import type { Session } from '../session.ts';

const header = '# codeb site ';

/** The file as it stands on the server; its first line tells other stacks which addresses are taken. */
function file({ addresses, content }: CaddySiteInputs): string {
  return `${header}${addresses.join(' ')}\n${content.endsWith('\n') ? content : `${content}\n`}`;
}

async function put(session: Session, sites: CaddySiteInputs[]): Promise<void> {
  await session.change(
    'sites',
    sites.map((site) => site.name),
    { kind: 'tar', entries: sites.map((site) => ({ path: `${site.name}.caddy`, content: file(site), mode: 0o644 })) },
  );
}

/** Milliseconds that a site waits for those whose workloads are still being changed: a reload for many costs what one does. */
const longestWait = 1_000;
const gather = (session: Session): Promise<void> => session.quiet(longestWait);

const batches = new Batches<Session, CaddySiteInputs>(gather, put, (error) => error instanceof OperationError);
const removals = new Batches<Session, string>(
  gather,
  async (session, names) => void (await session.change('unsite', names)),
  (error) => error instanceof OperationError,
);

async function write({ session }: Call, inputs: CaddySiteInputs) {
  await batches.add(session, inputs);
  return {};
}

export const caddySiteResource: Resource<CaddySiteInputs> = {
  schema: caddySite,
  replaceOn: ['name'],
  deleteBeforeReplace: true,
  id: (inputs) => inputs.name,
  create: write,
  update: write,
  preview: async () => ({}),

  async read({ session }, id, known) {
    const found = (await session.snapshot()).sites.get(id);
    if (found === undefined) return undefined;
    if (known && createHash('sha256').update(file(known.inputs)).digest('hex') === found) return known;
    const text = await session.look('show', [`/etc/caddy/codeb/${id}.caddy`]);
    const [first = '', ...rest] = text.split('\n');
    const inputs = first.startsWith(header)
      ? { name: id, addresses: first.slice(header.length).split(' '), content: rest.join('\n') }
      : { name: id, addresses: known?.inputs.addresses ?? [], content: text };
    return { inputs, outputs: {} };
  },

  async delete({ session }, inputs) {
    await removals.add(session, inputs.name);
  },
};
