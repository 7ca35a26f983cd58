/** What the stand-in of GitHub keeps, as it stands in its one JSON file. */
import { z } from 'zod';
import { activity } from './activity.ts';
import { rule } from './rules.ts';

const id = z.int().positive();
/** ISO 8601 to the second, as GitHub writes it. */
const time = z.iso.datetime();

export const user = z.strictObject({
  id,
  login: z.string(),
  type: z.enum(['User', 'Organization', 'Bot']),
  name: z.string().nullable(),
});

const team = z.strictObject({
  id,
  organization: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  members: z.array(z.string()),
});

export const reviewer = z.strictObject({ type: z.enum(['User', 'Team']), id });

export const deploymentBranchPolicy = z.strictObject({
  protected_branches: z.boolean(),
  custom_branch_policies: z.boolean(),
});

const branchPolicy = z.strictObject({ id, name: z.string(), type: z.enum(['branch', 'tag']) });

const secret = z.strictObject({
  name: z.string(),
  /** As it was sent: sealed for the environment's key. The value itself stands nowhere. */
  encrypted_value: z.string(),
  created_at: time,
  updated_at: time,
});

const variable = z.strictObject({ name: z.string(), value: z.string(), created_at: time, updated_at: time });

const environment = z.strictObject({
  id,
  name: z.string(),
  created_at: time,
  updated_at: time,
  wait_timer: z.int(),
  prevent_self_review: z.boolean(),
  can_admins_bypass: z.boolean(),
  reviewers: z.array(reviewer),
  deployment_branch_policy: deploymentBranchPolicy.nullable(),
  branch_policies: z.array(branchPolicy),
  /** Of libsodium's sealed boxes, in base64. */
  key: z.strictObject({ id: z.string(), public: z.string(), private: z.string() }),
  secrets: z.array(secret),
  variables: z.array(variable),
});

const ruleset = z.strictObject({
  id,
  name: z.string(),
  target: z.enum(['branch', 'tag', 'push']),
  enforcement: z.enum(['disabled', 'active', 'evaluate']),
  bypass_actors: z.array(
    z.strictObject({ actor_id: z.int().nullable(), actor_type: z.string(), bypass_mode: z.string() }),
  ),
  conditions: z.json().nullable(),
  rules: z.array(rule),
  created_at: time,
  updated_at: time,
});

const comment = z.strictObject({ id, user: z.string(), body: z.string(), created_at: time, updated_at: time });

export const commit = z.strictObject({ ref: z.string(), sha: z.string() });

const issue = z.strictObject({
  id,
  number: id,
  title: z.string(),
  body: z.string(),
  user: z.string(),
  state: z.enum(['open', 'closed']),
  /** Names. */
  labels: z.array(z.string()).default([]),
  /** What makes an issue a pull request. */
  pull: z.strictObject({ head: commit, base: commit }).nullable(),
  created_at: time,
  updated_at: time,
  closed_at: time.nullable(),
  comments: z.array(comment),
});

/** What the token may do with a repository; of `none` it cannot tell that it is there. */
export const permission = z.enum(['admin', 'push', 'pull', 'none']);

/** Permissions that a token may lack one by one: a fine-grained personal one never has `checks`. */
export const scope = z.enum(['actions', 'checks', 'contents', 'issues', 'statuses']);

const repository = z.strictObject({
  id,
  owner: z.string(),
  name: z.string(),
  description: z.string(),
  private: z.boolean(),
  default_branch: z.string(),
  permission,
  /** What the token may not read of it. */
  withheld: z.array(scope).default([]),
  environments: z.array(environment),
  rulesets: z.array(ruleset),
  issues: z.array(issue),
  ...activity,
});

export const state = z.strictObject({
  last_id: z.int(),
  /** Login of the token's user. */
  viewer: z.string(),
  users: z.array(user),
  teams: z.array(team),
  repositories: z.array(repository),
});

export type State = z.output<typeof state>;
export type User = z.output<typeof user>;
export type Scope = z.output<typeof scope>;
export type Team = z.output<typeof team>;
export type Repository = z.output<typeof repository>;
export type Environment = z.output<typeof environment>;
export type BranchPolicy = z.output<typeof branchPolicy>;
export type Secret = z.output<typeof secret>;
export type Variable = z.output<typeof variable>;
export type Ruleset = z.output<typeof ruleset>;
export type Issue = z.output<typeof issue>;
export type Comment = z.output<typeof comment>;
