/** Deployment environments. https://docs.github.com/en/rest/deployments/environments */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { documented, sameName, settingsAccess } from '../access.ts';
import { type Api, apiUrl, bodyOf, htmlUrl, nodeId, repositoryPath } from '../api.ts';
import { after, now } from '../clock.ts';
import { ApiError, notFound, validationFailed } from '../errors.ts';
import { page } from '../pages.ts';
import { newKey } from '../sealed-box.ts';
import { deploymentBranchPolicy, type Environment, reviewer, type State } from '../state.ts';
import type { Store } from '../store.ts';
import { toldTeam, toldUser } from './people.ts';

/** What is left out goes back to what a new environment has. */
const settings = z
  .object({
    /** Minutes, 30 days at most. */
    wait_timer: z.int().min(0).max(43_200).default(0),
    prevent_self_review: z.boolean().default(false),
    can_admins_bypass: z.boolean().default(true),
    reviewers: z.array(reviewer).max(6).nullish(),
    deployment_branch_policy: deploymentBranchPolicy.nullish(),
  })
  .transform(({ reviewers, deployment_branch_policy, ...rest }) => ({
    ...rest,
    reviewers: reviewers ?? [],
    deployment_branch_policy: deployment_branch_policy ?? null,
  }));

type Settings = z.output<typeof settings>;

export function environments(store: Store): Hono<Api> {
  const { state } = store;
  return new Hono<Api>()
    .use(documented('deployments/environments'), settingsAccess)
    .get('/', (c) => {
      const all = c.var.repository.environments;
      return c.json({ total_count: all.length, environments: page(c, all).map((one) => told(c, state, one)) });
    })
    .get('/:environment', (c) => c.json(told(c, state, environmentOf(c))))
    .put('/:environment', async (c) => {
      const given = await bodyOf(c, settings);
      refuseContradiction(given);
      refuseStrangers(given, state);
      const key = await newKey();
      const made = find(c) ?? add(store, c, key);
      Object.assign(made, given, { updated_at: after(made.updated_at) });
      if (!given.deployment_branch_policy?.custom_branch_policies) made.branch_policies = [];
      return c.json(told(c, state, made));
    })
    .delete('/:environment', (c) => {
      const gone = environmentOf(c);
      c.var.repository.environments = c.var.repository.environments.filter((one) => one !== gone);
      return c.body(null, 204);
    });
}

/** The environment of the path. */
export function environmentOf(c: Context<Api>): Environment {
  const found = find(c);
  if (!found) throw notFound();
  return found;
}

function find(c: Context<Api>): Environment | undefined {
  const name = c.req.param('environment') ?? '';
  return c.var.repository.environments.find((one) => sameName(one.name, name));
}

function add(store: Store, c: Context<Api>, key: Environment['key']): Environment {
  const time = now();
  const made: Environment = {
    id: store.nextId(),
    name: c.req.param('environment') ?? '',
    created_at: time,
    updated_at: time,
    ...settings.parse({}),
    branch_policies: [],
    key,
    secrets: [],
    variables: [],
  };
  c.var.repository.environments.push(made);
  return made;
}

function refuseContradiction({ deployment_branch_policy: policy }: Settings): void {
  if (policy === null || policy.protected_branches !== policy.custom_branch_policies) return;
  throw new ApiError(422, '"custom_branch_policies" and "protected_branches" cannot have the same value');
}

function refuseStrangers({ reviewers }: Settings, { users, teams }: State): void {
  const strangers = reviewers.filter(({ type, id }) => !(type === 'User' ? users : teams).some((one) => one.id === id));
  if (strangers.length === 0) return;
  const message = `could not be found: ${strangers.map(({ type, id }) => `${type} ${id}`).join(', ')}`;
  throw validationFailed({ resource: 'Environment', code: 'invalid', field: 'reviewers', message });
}

function told(c: Context<Api>, state: State, environment: Environment) {
  const { id, name, created_at, updated_at, can_admins_bypass, deployment_branch_policy } = environment;
  const path = `${repositoryPath(c.var.repository)}/environments/${encodeURIComponent(name)}`;
  const { owner, name: repository } = c.var.repository;
  return {
    id,
    node_id: nodeId('EN', id),
    name,
    url: apiUrl(c, path),
    html_url: htmlUrl(c, `/${owner}/${repository}/deployments/activity_log?environments_filter=${name}`),
    created_at,
    updated_at,
    can_admins_bypass,
    protection_rules: protectionRules(c, state, environment),
    deployment_branch_policy,
  };
}

/** A rule that protects from nothing is not there. */
function protectionRules(c: Context<Api>, state: State, environment: Environment) {
  const { id, wait_timer, prevent_self_review, reviewers, deployment_branch_policy } = environment;
  const rule = { id, node_id: nodeId('GA', id) };
  return [
    ...(wait_timer > 0 ? [{ ...rule, type: 'wait_timer', wait_timer }] : []),
    ...(reviewers.length > 0 || prevent_self_review
      ? [
          {
            ...rule,
            type: 'required_reviewers',
            prevent_self_review,
            reviewers: reviewers.map((one) => toldReviewer(c, state, one)),
          },
        ]
      : []),
    ...(deployment_branch_policy ? [{ ...rule, type: 'branch_policy' }] : []),
  ];
}

function toldReviewer(c: Context<Api>, state: State, { type, id }: Environment['reviewers'][number]) {
  const team = state.teams.find((one) => one.id === id);
  const user = state.users.find((one) => one.id === id);
  return { type, reviewer: team ? toldTeam(c, team) : toldUser(c, state, user?.login ?? '') };
}
