/** What is there before the first request: people, repositories, issues and pull requests. */
import { z } from 'zod';
import { commit, permission } from './state.ts';

const login = z.string().min(1);

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
  issues: z.array(issue).default([]),
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
