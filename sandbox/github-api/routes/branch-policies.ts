/** Which branches and tags may be deployed. https://docs.github.com/en/rest/deployments/branch-policies */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { documented, settingsAccess } from '../access.ts';
import { type Api, bodyOf, nodeId } from '../api.ts';
import { notFound } from '../errors.ts';
import { page } from '../pages.ts';
import type { BranchPolicy, Environment } from '../state.ts';
import type { Store } from '../store.ts';
import { environmentOf } from './environments.ts';

const created = z.object({ name: z.string().min(1), type: z.enum(['branch', 'tag']).default('branch') });
const updated = z.object({ name: z.string().min(1) });

export function branchPolicies(store: Store): Hono<Api> {
  return new Hono<Api>()
    .use(documented('deployments/branch-policies'), settingsAccess)
    .get('/', (c) => {
      const all = customised(c).branch_policies;
      return c.json({ total_count: all.length, branch_policies: page(c, all).map(told) });
    })
    .post('/', async (c) => {
      const environment = customised(c);
      const given = await bodyOf(c, created);
      const same = environment.branch_policies.some(({ name, type }) => name === given.name && type === given.type);
      // GitHub says no more than that.
      if (same) return c.body(null, 303);
      const made = { ...given, id: store.nextId() };
      environment.branch_policies.push(made);
      return c.json(told(made));
    })
    .get('/:policy', (c) => c.json(told(policyOf(c, customised(c)))))
    .put('/:policy', async (c) => {
      const changed = policyOf(c, customised(c));
      changed.name = (await bodyOf(c, updated)).name;
      return c.json(told(changed));
    })
    .delete('/:policy', (c) => {
      const environment = customised(c);
      const gone = policyOf(c, environment);
      environment.branch_policies = environment.branch_policies.filter((one) => one !== gone);
      return c.body(null, 204);
    });
}

/** An environment without policies of its own has none of these paths. */
function customised(c: Context<Api>): Environment {
  const environment = environmentOf(c);
  if (!environment.deployment_branch_policy?.custom_branch_policies) throw notFound();
  return environment;
}

function policyOf(c: Context<Api>, environment: Environment): BranchPolicy {
  const found = environment.branch_policies.find(({ id }) => String(id) === c.req.param('policy'));
  if (!found) throw notFound();
  return found;
}

function told({ id, name, type }: BranchPolicy) {
  return { id, node_id: nodeId('GBP', id), name, type };
}
