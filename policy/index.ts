/** The policy pack: what no stack may do. `pulumi preview --policy-pack policy` asks it of every resource. */
import { PolicyPack } from '@pulumi/policy';
import { hostedProjects } from '../stacks/projects.ts';
import { policyOf } from './rule.ts';
import { rulesFor } from './rules.ts';
import { stackSecrets } from './stack-secrets.ts';

const secrets = stackSecrets(process.env.PULUMI_CONFIG);

const policies = rulesFor(secrets).map((rule) => policyOf(rule, hostedProjects));

new PolicyPack('codeb-infra', { enforcementLevel: 'mandatory', policies });
