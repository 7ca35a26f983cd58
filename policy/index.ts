/** The policy pack: what no stack may do. `pulumi preview --policy-pack policy` asks it of every resource. */
import { PolicyPack } from '@pulumi/policy';
import { hostedProjects } from '../stacks/projects.ts';
import { chatsIn } from './production.ts';
import { policyOf } from './rule.ts';
import { rulesFor } from './rules.ts';
import { stackSecrets } from './stack-secrets.ts';
import { environmentIn, stageOf } from './stage.ts';

const { PULUMI_CONFIG: config } = process.env;
const environment = environmentIn(config);

const policies = rulesFor(stackSecrets(config), chatsIn(config)).map((rule) =>
  policyOf(rule, (stack) => stageOf(stack, hostedProjects, environment)),
);

new PolicyPack('codeb-infra', { enforcementLevel: 'mandatory', policies });
