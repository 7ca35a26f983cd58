/** What there is on GitHub: an environment a stack of a project, and the checks that a repository requires. */
import { z } from 'zod';
import { environments } from './environments.ts';
import { type Stage, stageName } from './names.ts';

const login = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, 'expected a login, or the slug of a team');

/** An environment of the project's repository for each stack, with its protection, variables and secrets. */
export const github = z.strictObject({
  /** Who may approve a deployment to production: six at most, one approval is enough. */
  reviewers: z
    .strictObject({
      /** Logins. */
      users: z.array(login).default([]),
      /** Slugs of teams of the repository's owner. */
      teams: z.array(login).default([]),
    })
    .refine(({ users, teams }) => users.length + teams.length > 0, {
      message: 'production needs at least one reviewer',
    })
    .refine(({ users, teams }) => users.length + teams.length <= 6, { message: 'GitHub takes at most six reviewers' }),
  /** Minutes that an approved deployment to production waits. */
  waitMinutes: z.int().min(0).max(43_200).default(0),
  /** Checks that a pull request to `main` or `develop` has to pass, as `{job} / {job of the workflow that it calls}`. */
  requiredChecks: z.array(z.string().min(1)).min(1).default(['quality / quality', 'quality / forbidden']),
});

export interface PlannedGithub {
  owner: string;
  repository: string;
  /** `production`, `staging`, `pr-12`. */
  environment: string;
  /** Empty where the environment asks for no approval. */
  reviewers: { users: string[]; teams: string[] };
  /** Minutes. */
  waitTimer: number;
  branches: readonly string[];
  tags: readonly string[];
  /** One stack of a project keeps the rule: production's. */
  requiredChecks: string[];
}

/** What a stage has on GitHub. Source of branches and approvals: PaintShare's operations plan, 1.1 and 2.1. */
export function planGithub(repository: string, spec: z.output<typeof github>, stage: Stage): PlannedGithub {
  const { approval, branches, tags } = environments[stage.environment];
  return {
    ...placeOf(repository),
    environment: stageName(stage),
    reviewers: approval ? spec.reviewers : { users: [], teams: [] },
    waitTimer: approval ? spec.waitMinutes : 0,
    // Of its own pull request: another one's code gets none of its secrets.
    branches:
      stage.environment === 'preview' ? branches.map((ref) => ref.replace('*', String(stage.pullRequest))) : branches,
    tags,
    requiredChecks: stage.environment === 'production' ? spec.requiredChecks : [],
  };
}

/** Those of this repository's workflow Preview: each is there for every pull request of its own branches. */
export const previewChecks = ['check', 'preview staging', 'preview production'];

/** URL of a repository that something is kept in. */
export const onGithub = z
  .string()
  .regex(/^https:\/\/github\.com\/[\w-]+\/(?!\.+$)[\w.-]+$/, "expected 'https://github.com/{owner}/{name}'");

/** The repository that this program lives in. */
export const ownRepository = z.strictObject({
  /** `https://github.com/{owner}/{name}` */
  url: onGithub,
  /** Login of the account whose token the workflow Deploy has: it pushes the images of staging to `develop`. */
  deployer: login,
});

export interface PlannedChecks {
  owner: string;
  /** Its name, without the owner. */
  repository: string;
  /** By the names that GitHub gives them. */
  checks: readonly string[];
  /** Login of who may push past them. */
  deployer?: string;
}

/** What a pull request of this program's own repository has to pass. */
export function planChecks({ url, deployer }: z.output<typeof ownRepository>): PlannedChecks {
  return { ...placeOf(url), checks: previewChecks, deployer };
}

function placeOf(repository: string): { owner: string; repository: string } {
  const [owner = '', name = ''] = new URL(repository).pathname.slice(1).split('/');
  return { owner, repository: name };
}
