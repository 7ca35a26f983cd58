/** The rules of a ruleset, between the provider's words and the API's: https://docs.github.com/en/rest/repos/rules */
import { z } from 'zod';
import { isObject, type Properties, type Value } from '../../provider/property-values.ts';

const flag = z.boolean().optional();

/** Those that the stand-in has. */
export const rules = z.strictObject(
  {
    creation: flag,
    deletion: flag,
    nonFastForward: flag,
    requiredLinearHistory: flag,
    requiredSignatures: flag,
    update: flag,
    updateAllowsFetchAndMerge: flag,
    requiredDeployments: z.strictObject({ requiredDeploymentEnvironments: z.array(z.string()) }).optional(),
    pullRequest: z
      .strictObject({
        allowedMergeMethods: z.array(z.string()).optional(),
        dismissStaleReviewsOnPush: flag,
        requireCodeOwnerReview: flag,
        requireLastPushApproval: flag,
        requiredApprovingReviewCount: z.int().min(0).max(10).optional(),
        requiredReviewThreadResolution: flag,
      })
      .optional(),
    requiredStatusChecks: z
      .strictObject({
        requiredChecks: z.array(z.strictObject({ context: z.string(), integrationId: z.int().optional() })).min(1),
        strictRequiredStatusChecksPolicy: flag,
        doNotEnforceOnCreate: flag,
      })
      .optional(),
  },
  { error: ({ code }) => (code === 'unrecognized_keys' ? 'the stand-in has no such rule' : undefined) },
);

export type Rules = z.output<typeof rules>;

export const apiRules = z.array(z.object({ type: z.string(), parameters: z.record(z.string(), z.json()).optional() }));

const reviewDefaults = {
  dismissStaleReviewsOnPush: false,
  requireCodeOwnerReview: false,
  requireLastPushApproval: false,
  requiredApprovingReviewCount: 0,
  requiredReviewThreadResolution: false,
};
const checkDefaults = { strictRequiredStatusChecksPolicy: false, doNotEnforceOnCreate: false };

/** Each rule that holds, with everything that it leaves unsaid; the checks are a set. */
export function meaningOf({ updateAllowsFetchAndMerge = false, ...given }: Rules): Properties {
  const { update, pullRequest, requiredStatusChecks: status, ...others } = given;
  const checks = status?.requiredChecks
    .map(({ context, integrationId = 0 }) => ({ context, ...(integrationId > 0 && { integrationId }) }))
    .sort((one, other) => one.context.localeCompare(other.context));
  const all = {
    ...others,
    update: update && { updateAllowsFetchAndMerge },
    pullRequest: pullRequest && { ...reviewDefaults, ...pullRequest },
    requiredStatusChecks: status && { ...checkDefaults, ...status, requiredChecks: checks },
  };
  const held = Object.entries(all).filter(([, value]) => value !== undefined && value !== false);
  return z.record(z.string(), z.json()).parse(Object.fromEntries(held));
}

/** As the API takes them. */
export function toApi(given: Rules): z.output<typeof apiRules> {
  return Object.entries(meaningOf(given)).map(([key, value]) => ({
    type: snakeCase(key),
    ...(isObject(value) && { parameters: renamed(value, parameterThere) }),
  }));
}

/** As the provider says them; a rule that it has no word for is left out. */
export function fromApi(given: z.output<typeof apiRules>): Rules {
  const found = given.flatMap(({ type, parameters }): [string, Value][] => {
    const key = camelCase(type);
    if (key === 'update') return [['update', true], ...Object.entries(renamed(parameters ?? {}, parameterHere))];
    return key in rules.shape ? [[key, parameters ? renamed(parameters, parameterHere) : true]] : [];
  });
  return rules.parse(Object.fromEntries(found));
}

/** The one name of a parameter that is another there. */
const [checksHere, checksThere] = ['requiredChecks', 'required_status_checks'];

function parameterThere(key: string): string {
  return key === checksHere ? checksThere : snakeCase(key);
}

function parameterHere(key: string): string {
  return key === checksThere ? checksHere : camelCase(key);
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function renamed(value: Properties, name: (key: string) => string): Properties {
  const inner = (one: Value): Value => (Array.isArray(one) ? one.map(inner) : isObject(one) ? renamed(one, name) : one);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [name(key), inner(one)]));
}
