/** Values for every secret variable that a plan asks for: the same each time, others in each environment. */
import { createHmac } from 'node:crypto';
import type { Plan } from '../stacks/plan.ts';
import { stageName } from '../stacks/names.ts';

export function madeUpSecrets({ stage, projects }: Plan, key: string): Record<string, Record<string, string>> {
  const value = (name: string) =>
    createHmac('sha256', key)
      .update(`${stageName(stage)}/${name}`)
      .digest('base64url');
  return Object.fromEntries(
    projects.map((project) => [
      project.name,
      Object.fromEntries(
        project.variables
          .filter((variable) => variable.kind === 'secret' && variable.required)
          .map(({ name }) => [name, value(`${project.name}/${name}`)]),
      ),
    ]),
  );
}
