/** What is there before the first request: people, repositories, issues, pull requests, and what has run. */
import { z } from 'zod';
import { branch, checkRun, commitStatus, workflowRun } from './activity.ts';
import { commit, permission, scope } from './state.ts';

const login = z.string().min(1);
/** The moment of the seed where none is given. */
const moment = z.iso.datetime().optional();

const user = z.strictObject({
  login,
  type: z.enum(['User', 'Organization', 'Bot']).default('User'),
  name: z.string().nullable().default(null),
});

const team = z.strictObject({
  organization: login,
  slug: z.string().min(1),
  name: z.string().min(1),
  description: z.string().default(''),
  members: z.array(login).default([]),
});

const issue = z.strictObject({
  number: z.int().positive(),
  title: z.string(),
  body: z.string().default(''),
  user: login,
  state: z.enum(['open', 'closed']).default('open'),
  labels: z.array(z.string()).default([]),
  created_at: moment,
  /** What makes an issue a pull request. */
  pull: z.strictObject({ head: commit, base: commit }).nullable().default(null),
  comments: z.array(z.strictObject({ user: login, body: z.string() })).default([]),
});

const repository = z.strictObject({
  owner: login,
  name: z.string().min(1),
  description: z.string().default(''),
  private: z.boolean().default(true),
  default_branch: z.string().default('main'),
  permission: permission.default('admin'),
  withheld: z.array(scope).default([]),
  issues: z.array(issue).default([]),
  branches: z.array(branch.omit({ id: true })).default([]),
  check_runs: z.array(checkRun.omit({ id: true }).extend({ started_at: moment })).default([]),
  statuses: z.array(commitStatus.omit({ id: true }).extend({ created_at: moment })).default([]),
  workflow_runs: z.array(workflowRun.omit({ id: true }).extend({ created_at: moment })).default([]),
});

export const seed = z.strictObject({
  /** Login of the token's user; `octocat` without one. */
  viewer: login.optional(),
  /** Those that nothing else names: owners, members and authors are made by themselves. */
  users: z.array(user).default([]),
  teams: z.array(team).default([]),
  repositories: z.array(repository).default([]),
});

export type Seed = z.output<typeof seed>;
export type SeedIssue = z.output<typeof issue>;
export type SeedRepository = z.output<typeof repository>;
