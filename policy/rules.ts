import { hostedProjects } from '../stacks/projects.ts';
import { type ChatsByProject, databasesOfProduction, hostsOfProduction } from './production.ts';
import type { Rule } from './rule.ts';
import { forbiddenText } from './rules/forbidden-text.ts';
import { movingImage } from './rules/moving-image.ts';
import { productionData } from './rules/production-data.ts';
import { publicDatabasePort } from './rules/public-database-port.ts';
import { publicSecret } from './rules/public-secret.ts';
import { unprotectedData } from './rules/unprotected-data.ts';
import type { StackSecret } from './stack-secrets.ts';

/**
 * Every rule of the pack. A new one is a file in `policy/rules/` and a line here.
 *
 * @param chats those of the stack
 */
export function rulesFor(secrets: readonly StackSecret[], chats: ChatsByProject = {}): Rule[] {
  return [
    productionData([...hostsOfProduction(hostedProjects, chats), ...databasesOfProduction(hostedProjects)]),
    unprotectedData,
    publicDatabasePort,
    movingImage,
    forbiddenText,
    publicSecret(secrets),
  ];
}
