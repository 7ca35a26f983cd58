/** A deployment environment and who has to agree. https://docs.github.com/en/rest/deployments/environments */
import { z } from 'zod';
import { asKnown } from '../as-known.ts';
import type { GithubClient } from '../client.ts';
import { ifThere } from '../../../cli/preview-comment/github-error.ts';
import { joinId, splitId } from '../ids.ts';
import { repositoryId } from '../repository-id.ts';
import type { Resource } from '../stand-in.ts';

const ids = z.array(z.int()).max(6).optional();

const schema = z.strictObject({
  repository: z.string(),
  environment: z.string(),
  canAdminsBypass: z.boolean(),
  preventSelfReview: z.boolean(),
  /** Minutes. */
  waitTimer: z.int().min(0).max(43_200).optional(),
  reviewers: z
    .array(z.strictObject({ teams: ids, users: ids }))
    .max(1)
    .refine((lists) => lists.flatMap(({ teams = [], users = [] }) => [...teams, ...users]).length <= 6, {
      message: 'a maximum of 6 reviewers (users and teams combined) can be set for an environment',
    })
    .optional(),
  deploymentBranchPolicy: z
    .strictObject({ protectedBranches: z.boolean(), customBranchPolicies: z.boolean() })
    .optional(),
});

type Inputs = z.output<typeof schema>;

const answer = z.object({
  can_admins_bypass: z.boolean(),
  protection_rules: z.array(
    z.object({
      wait_timer: z.int().optional(),
      prevent_self_review: z.boolean().optional(),
      reviewers: z.array(z.object({ type: z.enum(['User', 'Team']), reviewer: z.object({ id: z.int() }) })).optional(),
    }),
  ),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullable(),
});

export const environment: Resource<Inputs> = {
  schema,
  defaults: () => ({ canAdminsBypass: true, preventSelfReview: false }),
  replaceOn: ['repository'],

  async create(github, inputs) {
    // Asked first: an error after the environment is made would lose it.
    const outputs = { repositoryId: await repositoryId(github, inputs.repository) };
    await put(github, inputs);
    return { id: joinId(inputs.repository, inputs.environment), outputs };
  },

  async read(github, id, { inputs: known }) {
    const place = placeOf(id);
    const found = await ifThere(github.request('GET', environmentPath(github, place)));
    if (!found) return undefined;
    const inputs = asKnown(schema, known, { ...place, ...inputsOf(found.body) }, meaning);
    return { id, inputs, outputs: { repositoryId: await repositoryId(github, place.repository) } };
  },

  async update(github, inputs) {
    await put(github, inputs);
    return {};
  },

  async delete(github, id) {
    await ifThere(github.request('DELETE', environmentPath(github, placeOf(id))));
  },
};

function placeOf(id: string): { repository: string; environment: string } {
  const [repository = '', environment = ''] = splitId(id, ['repository', 'environment']);
  return { repository, environment };
}

export function environmentPath(github: GithubClient, of: { repository: string; environment: string }): string {
  return `${github.repository(of.repository)}/environments/${encodeURIComponent(of.environment)}`;
}

async function put(github: GithubClient, inputs: Inputs): Promise<void> {
  const { canAdminsBypass, preventSelfReview, waitTimer, reviewers, deploymentBranchPolicy } = meaning(inputs);
  await github.request('PUT', environmentPath(github, inputs), {
    can_admins_bypass: canAdminsBypass,
    prevent_self_review: preventSelfReview,
    wait_timer: waitTimer,
    reviewers,
    deployment_branch_policy:
      deploymentBranchPolicy === undefined
        ? null
        : {
            protected_branches: deploymentBranchPolicy.protectedBranches,
            custom_branch_policies: deploymentBranchPolicy.customBranchPolicies,
          },
  });
}

function meaning({ waitTimer = 0, reviewers = [], deploymentBranchPolicy, ...rest }: Inputs) {
  const list = (type: 'Team' | 'User', ids: number[]) => ids.toSorted((a, b) => a - b).map((id) => ({ type, id }));
  const all = reviewers.flatMap(({ teams = [], users = [] }) => [...list('Team', teams), ...list('User', users)]);
  return { ...rest, waitTimer, reviewers: all, deploymentBranchPolicy };
}

/** What is left at its default is left out, as a program would. */
function inputsOf(body: unknown): Omit<Inputs, 'repository' | 'environment'> {
  const { can_admins_bypass, protection_rules: rules, deployment_branch_policy: policy } = answer.parse(body);
  const waitTimer = rules.find((rule) => rule.wait_timer !== undefined)?.wait_timer ?? 0;
  const review = rules.find((rule) => rule.reviewers !== undefined);
  const reviewers = review?.reviewers ?? [];
  const idsOf = (type: string) => reviewers.filter((one) => one.type === type).map((one) => one.reviewer.id);
  return {
    canAdminsBypass: can_admins_bypass,
    preventSelfReview: review?.prevent_self_review ?? false,
    ...(waitTimer > 0 && { waitTimer }),
    ...(reviewers.length > 0 && { reviewers: [{ teams: idsOf('Team'), users: idsOf('User') }] }),
    ...(policy && {
      deploymentBranchPolicy: {
        protectedBranches: policy.protected_branches,
        customBranchPolicies: policy.custom_branch_policies,
      },
    }),
  };
}
