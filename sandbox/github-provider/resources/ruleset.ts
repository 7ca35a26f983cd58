/** Rules of branches and tags. https://docs.github.com/en/rest/repos/rules */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Properties } from '../../../provider/property-values.ts';
import { asKnown } from '../as-known.ts';
import type { Answer } from '../../../cli/preview-comment/github-rest.ts';
import type { GithubClient } from '../client.ts';
import { GithubError, ifThere } from '../../../cli/preview-comment/github-error.ts';
import { splitId } from '../ids.ts';
import type { Resource } from '../stand-in.ts';
import { apiRules, fromApi, meaningOf, rules, toApi } from '../rules.ts';

const schema = z.strictObject({
  repository: z.string(),
  name: z.string().min(1).max(100),
  target: z.enum(['branch', 'tag', 'push']),
  enforcement: z.enum(['disabled', 'active', 'evaluate']),
  bypassActors: z
    .array(z.strictObject({ actorId: z.int().optional(), actorType: z.string(), bypassMode: z.string() }))
    .optional(),
  conditions: z
    .strictObject({ refName: z.strictObject({ includes: z.array(z.string()), excludes: z.array(z.string()) }) })
    .optional(),
  rules,
});

type Inputs = z.output<typeof schema>;

const answer = z.object({
  id: z.int(),
  node_id: z.string(),
  name: z.string(),
  target: z.enum(['branch', 'tag', 'push']),
  enforcement: z.enum(['disabled', 'active', 'evaluate']),
  bypass_actors: z.array(z.object({ actor_id: z.int().nullable(), actor_type: z.string(), bypass_mode: z.string() })),
  conditions: z
    .object({ ref_name: z.object({ include: z.array(z.string()), exclude: z.array(z.string()) }) })
    .nullable(),
  rules: apiRules,
});

const summaries = z.array(z.object({ id: z.int(), name: z.string() }));

export const ruleset: Resource<Inputs> = {
  schema,
  defaults: (name, before) => ({ name: before.name ?? `${name}-${randomBytes(4).toString('hex').slice(1)}` }),
  replaceOn: [],

  async create(github, inputs) {
    const made = await add(github, inputs);
    return { id: String(answer.parse(made.body).id), outputs: outputsOf(made) };
  },

  /** An import names the repository as well: `<repository>:<ruleset_id>`. */
  async read(github, id, { inputs: known, outputs: { repository: place } }) {
    const parts = typeof place === 'string' ? [place, id] : splitId(id, ['repository', 'ruleset_id']);
    const [repository = '', ruleset = ''] = parts;
    const found = await ifThere(github.request('GET', `${rulesetsPath(github, repository)}/${ruleset}`));
    if (!found) return undefined;
    const inputs = inputsOf(repository, found.body);
    const kept = { ...inputs, rules: asKnown(rules, known?.rules, inputs.rules, meaningOf) };
    return { id: ruleset, inputs: asKnown(schema, known, kept, toBody), outputs: outputsOf(found) };
  },

  async update(github, inputs, { rulesetId }) {
    const path = `${rulesetsPath(github, inputs.repository)}/${rulesetId}`;
    return outputsOf(await github.request('PUT', path, toBody(inputs)));
  },

  async delete(github, id, { repository }) {
    await ifThere(github.request('DELETE', `${rulesetsPath(github, String(repository))}/${id}`));
  },
};

function rulesetsPath(github: GithubClient, repository: string): string {
  return `${github.repository(repository)}/rulesets`;
}

/** One that is there with these very rules, after a try without an answer, is the one of that try. */
async function add(github: GithubClient, inputs: Inputs): Promise<Answer> {
  const path = rulesetsPath(github, inputs.repository);
  try {
    return await github.request('POST', path, toBody(inputs));
  } catch (error) {
    if (!(error instanceof GithubError && error.status === 422 && error.doubtful)) throw error;
    const there = (await github.list(path, summaries)).find(({ name }) => name === inputs.name);
    if (!there) throw error;
    const found = await github.request('GET', `${path}/${there.id}`);
    if (!isDeepStrictEqual(toBody(inputsOf(inputs.repository, found.body)), toBody(inputs))) throw error;
    return found;
  }
}

/** As the API takes it; the same for two rulesets that mean the same. */
function toBody({ name, target, enforcement, bypassActors = [], conditions, rules }: Inputs) {
  return {
    name,
    target,
    enforcement,
    bypass_actors: bypassActors.map(({ actorId = null, actorType, bypassMode }) => ({
      actor_id: actorId,
      actor_type: actorType,
      bypass_mode: bypassMode,
    })),
    conditions: conditions
      ? { ref_name: { include: conditions.refName.includes, exclude: conditions.refName.excludes } }
      : null,
    rules: toApi(rules),
  };
}

function inputsOf(repository: string, body: unknown): Inputs {
  const { name, target, enforcement, bypass_actors, conditions, rules: given } = answer.parse(body);
  return {
    repository,
    name,
    target,
    enforcement,
    ...(bypass_actors.length > 0 && {
      bypassActors: bypass_actors.map(({ actor_id, actor_type, bypass_mode }) => ({
        ...(actor_id !== null && { actorId: actor_id }),
        actorType: actor_type,
        bypassMode: bypass_mode,
      })),
    }),
    ...(conditions && {
      conditions: { refName: { includes: conditions.ref_name.include, excludes: conditions.ref_name.exclude } },
    }),
    rules: fromApi(given),
  };
}

function outputsOf({ body, headers }: Answer): Properties {
  const { id, node_id } = answer.parse(body);
  return { rulesetId: id, nodeId: node_id, etag: headers.get('etag') ?? '' };
}
