/** Rules of branches and tags. https://docs.github.com/en/rest/repos/rules */
import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { documented, settingsAccess } from '../access.ts';
import { type Api, apiUrl, bodyOf, nodeId, repositoryPath } from '../api.ts';
import { after, now } from '../clock.ts';
import { invalidRequest, notFound, validationFailed } from '../errors.ts';
import { page } from '../pages.ts';
import { rule } from '../rules.ts';
import type { Ruleset } from '../state.ts';
import type { Store } from '../store.ts';

const patterns = z.array(z.string().min(1));

const bypassActor = z.object({
  actor_id: z.int().nullable().default(null),
  actor_type: z.enum(['RepositoryRole', 'Team', 'Integration', 'OrganizationAdmin', 'DeployKey', 'User']),
  bypass_mode: z.enum(['always', 'pull_request', 'exempt']).default('always'),
});

const settings = z.object({
  name: z.string().min(1).max(100),
  target: z.enum(['branch', 'tag', 'push']).default('branch'),
  enforcement: z.enum(['disabled', 'active', 'evaluate']),
  bypass_actors: z.array(bypassActor).default([]),
  conditions: z.object({ ref_name: z.object({ include: patterns, exclude: patterns }) }).nullish(),
  rules: z.array(z.unknown()).default([]),
});

type Settings = Pick<Ruleset, 'name' | 'target' | 'enforcement' | 'bypass_actors' | 'conditions' | 'rules'>;

export function rulesets(store: Store): Hono<Api> {
  return new Hono<Api>()
    .use(documented('repos/rules'), settingsAccess)
    .get('/', (c) => c.json(page(c, c.var.repository.rulesets).map((one) => summary(c, one))))
    .post('/', async (c) => {
      const given = settingsOf(c, await bodyOf(c, settings));
      const time = now();
      const made = { ...given, id: store.nextId(), created_at: time, updated_at: time };
      c.var.repository.rulesets.push(made);
      return whole(c, made, 201);
    })
    .get('/:ruleset', (c) => whole(c, rulesetOf(c), 200))
    .put('/:ruleset', async (c) => {
      const changed = rulesetOf(c);
      Object.assign(changed, settingsOf(c, await bodyOf(c, settings), changed), {
        updated_at: after(changed.updated_at),
      });
      return whole(c, changed, 200);
    })
    .delete('/:ruleset', (c) => {
      const gone = rulesetOf(c);
      c.var.repository.rulesets = c.var.repository.rulesets.filter((one) => one !== gone);
      return c.body(null, 204);
    });
}

/** What the body asks for; `own` is the one that it changes. */
function settingsOf(c: Context<Api>, given: z.output<typeof settings>, own?: Ruleset): Settings {
  const rules = given.rules.map((one, index) => {
    const parsed = rule.safeParse(one);
    if (!parsed.success) throw invalidRequest(`Invalid property /rules/${index}: data matches no possible input.`);
    return parsed.data;
  });
  const types = rules.map(({ type }) => type);
  const twice = types.filter((type, index) => types.indexOf(type) !== index);
  if (twice.length > 0) throw validationFailed(...twice.map((type) => `Invalid rule '${type}': duplicate rule type`));
  const taken = c.var.repository.rulesets.some((one) => one !== own && one.name === given.name);
  if (taken) throw validationFailed('Name must be unique');
  return { ...given, conditions: given.conditions ?? null, rules };
}

function rulesetOf(c: Context<Api>): Ruleset {
  const found = c.var.repository.rulesets.find(({ id }) => String(id) === c.req.param('ruleset'));
  if (!found) throw notFound();
  return found;
}

function summary(c: Context<Api>, { id, name, target, enforcement, created_at, updated_at }: Ruleset) {
  const { repository } = c.var;
  return {
    id,
    name,
    target,
    source_type: 'Repository',
    source: `${repository.owner}/${repository.name}`,
    enforcement,
    node_id: nodeId('RRS', id),
    created_at,
    updated_at,
    _links: { self: { href: apiUrl(c, `${repositoryPath(repository)}/rulesets/${id}`) } },
  };
}

function whole(c: Context<Api>, ruleset: Ruleset, status: 200 | 201): Response {
  const { bypass_actors, conditions, rules } = ruleset;
  const body = { ...summary(c, ruleset), bypass_actors, conditions, rules };
  c.header('etag', `W/"${createHash('sha256').update(JSON.stringify(body)).digest('hex')}"`);
  return c.json(body, status);
}
