/** The policy pack: what no stack may do. `pulumi preview --policy-pack policy` asks it of every resource. */
import { PolicyPack } from '@pulumi/policy';
import { policyOf } from './rule.ts';
import { rulesFor } from './rules.ts';
import { stackSecrets } from './stack-secrets.ts';

const secrets = stackSecrets(process.env.PULUMI_CONFIG);

new PolicyPack('codeb-infra', { enforcementLevel: 'mandatory', policies: rulesFor(secrets).map(policyOf) });
