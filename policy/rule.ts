/** A rule as a pure function of one resource, and how Pulumi's engine is told of it. */
import type { ResourceValidationPolicy } from '@pulumi/policy';
import { known } from './known.ts';
import type { Stage } from './stage.ts';

/** A resource as a rule sees it. */
export interface Subject {
  /** For instance `codeb:index:Workload`. */
  readonly type: string;
  readonly name: string;
  /** Types of the resource and of those that it is a part of, from the outermost: `codeb:index:Server`, … */
  readonly types: readonly string[];
  readonly stage: Stage;
  readonly isProtected: boolean;
  /** Its inputs, without those that are not known yet. */
  readonly inputs: unknown;
}

/** None of the three may carry a secret: they end in the engine's log. */
export interface Finding {
  /** For instance `units.shop-app.container`. */
  readonly property: string;
  readonly found: string;
  readonly expected: string;
}

export interface Rule<Settings extends object = object> {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of what the policy pack's configuration says of this rule. */
  readonly settings?: NonNullable<ResourceValidationPolicy['configSchema']>;
  check(subject: Subject, settings: Settings): Finding[];
}

export function describe({ type, name }: Subject, { property, found, expected }: Finding): string {
  return `${type} '${name}': ${property}: found ${found}, expected ${expected}`;
}

/** @param stageOf what a stack of this name is */
export function policyOf<Settings extends object>(
  rule: Rule<Settings>,
  stageOf: (stack: string) => Stage,
): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: rule.description,
    enforcementLevel: 'mandatory',
    ...(rule.settings && { configSchema: rule.settings }),
    validateResource: ({ type, name, urn, opts, props, getConfig }, report) => {
      const subject: Subject = {
        type,
        name,
        ...placeOf(urn, stageOf),
        isProtected: opts.protect,
        inputs: known(props),
      };
      for (const finding of rule.check(subject, getConfig<Settings>())) report(describe(subject, finding), urn);
    },
  };
}

/** Source: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns: `urn:pulumi:{stack}::{project}::{types}::{name}`. */
function placeOf(urn: string, stageOf: (stack: string) => Stage): Pick<Subject, 'types' | 'stage'> {
  const [start = '', , types = ''] = urn.split('::');
  return { types: types.split('$'), stage: stageOf(start.replace(/^urn:pulumi:/, '')) };
}
