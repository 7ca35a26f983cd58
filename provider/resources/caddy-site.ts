/** `CaddySite`: one site file of Caddy, live only when Caddy runs the whole configuration with it. */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { couldNotLook, OperationError } from '../operation-error.ts';
import { Batches } from '../batches.ts';
import type { Payload } from '../agent.ts';
import { hasUnknown } from '../property-values.ts';
import type { Call, Resource } from '../resource.ts';
import { type CaddySiteInputs, caddySite } from '../schema.ts';
import type { Session } from '../session.ts';

const header = '# codeb site ';

/** The file as it stands on the server; its first line tells other stacks which addresses are taken. */
function file({ addresses, content }: CaddySiteInputs): string {
  return `${header}${addresses.join(' ')}\n${content.endsWith('\n') ? content : `${content}\n`}`;
}

const namesOf = (sites: CaddySiteInputs[]) => sites.map(({ name }) => name);

function payload(sites: CaddySiteInputs[]): Payload {
  const entries = sites.map((site) => ({ path: `${site.name}.caddy`, content: file(site), mode: 0o644 }));
  return { kind: 'tar', entries };
}

async function put(session: Session, sites: CaddySiteInputs[]): Promise<void> {
  await session.change('sites', namesOf(sites), payload(sites));
}

/** What previews of this run have found: sites that come or change, and names of those that go first. */
type Foreseen = { promised: Map<string, CaddySiteInputs>; leaving: Set<string> };
const foreseen = new WeakMap<Session, Foreseen>();

function foreseenOf(session: Session): Foreseen {
  const known = foreseen.get(session) ?? { promised: new Map(), leaving: new Set() };
  foreseen.set(session, known);
  return known;
}

async function foresee(session: Session, sites: CaddySiteInputs[]): Promise<void> {
  const { promised, leaving } = foreseenOf(session);
  const all = new Map([...promised, ...sites.map((site) => [site.name, site] as const)]);
  await session.look('sites_fit', [[...leaving].join(',') || '-', ...all.keys()], payload([...all.values()]));
  for (const site of sites) promised.set(site.name, site);
}

/** Milliseconds that a site waits for those whose workloads are still being changed: a reload for many costs what one does. */
const longestWait = 1_000;
/** Milliseconds that the change of a workload takes at most, as a rule. */
const longestChange = 120_000;
const gather = (session: Session): Promise<void> => session.quiet(longestWait);

const isRefusal = (error: unknown) => error instanceof OperationError && !couldNotLook(error);

const batches = new Batches<Session, CaddySiteInputs>(gather, put, isRefusal);
const previews = new Batches<Session, CaddySiteInputs>(async () => {}, foresee, isRefusal);
const removals = new Batches<Session, string>(
  gather,
  async (session, names) => void (await session.change('unsite', names)),
  isRefusal,
);

/** The site that gives an address up may be asked for later: one that is refused waits, and is tried once more. */
async function twice(attempt: () => Promise<void>, wait: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal;
    await wait();
    await attempt();
  }
}

async function write({ session }: Call, inputs: CaddySiteInputs) {
  await twice(
    () => batches.add(session, inputs),
    () => session.quiet(longestChange),
  );
  return {};
}

export const caddySiteResource: Resource<CaddySiteInputs> = {
  schema: caddySite,
  replaceOn: ['name'],
  deleteBeforeReplace: true,
  leaves: (session, id) => void foreseenOf(session).leaving.add(id),
  id: (inputs) => inputs.name,
  create: write,
  update: write,

  /** Asks Caddy, as the change itself would, but loads nothing. */
  async preview({ session }, inputs) {
    if (hasUnknown(inputs)) return {};
    await twice(
      () => previews.add(session, inputs),
      () => setTimeout(longestWait),
    );
    return {};
  },

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
