/**
 * Rules of a ruleset, those that are used here.
 * Source: https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset
 */
import { z } from 'zod';

const simple = z.strictObject({
  type: z.enum(['creation', 'deletion', 'required_linear_history', 'required_signatures', 'non_fast_forward']),
});

const update = z.strictObject({
  type: z.literal('update'),
  parameters: z.strictObject({ update_allows_fetch_and_merge: z.boolean() }).optional(),
});

const requiredStatusChecks = z.strictObject({
  type: z.literal('required_status_checks'),
  parameters: z.strictObject({
    required_status_checks: z.array(z.strictObject({ context: z.string().min(1), integration_id: z.int().optional() })),
    strict_required_status_checks_policy: z.boolean(),
    do_not_enforce_on_create: z.boolean().optional(),
  }),
});

const pullRequest = z.strictObject({
  type: z.literal('pull_request'),
  parameters: z.strictObject({
    dismiss_stale_reviews_on_push: z.boolean(),
    require_code_owner_review: z.boolean(),
    require_last_push_approval: z.boolean(),
    required_approving_review_count: z.int().min(0).max(10),
    required_review_thread_resolution: z.boolean(),
    allowed_merge_methods: z.array(z.enum(['merge', 'squash', 'rebase'])).optional(),
  }),
});

const requiredDeployments = z.strictObject({
  type: z.literal('required_deployments'),
  parameters: z.strictObject({ required_deployment_environments: z.array(z.string()) }),
});

export const rule = z.discriminatedUnion('type', [
  simple,
  update,
  requiredStatusChecks,
  pullRequest,
  requiredDeployments,
]);
