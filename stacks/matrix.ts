/** What is wrong in a project's variable matrix before any secret is looked at. */
import type { Planned } from './planned-project.ts';
import type { Problem } from './problems.ts';
import { strayReferences } from './variables.ts';

export function matrixProblems({ placement, planned }: Planned): Problem[] {
  const { project } = placement;
  const path = (name: string) => `projects.${project.name}.variables.${name}`;
  const has = {
    server: planned.pod !== undefined,
    github: planned.github !== undefined,
    pages: (project.pages ?? project.chats) !== undefined,
  };
  const needed = { server: 'no service on a server', github: 'no GitHub environment', pages: 'no site on Pages' };
  return [
    ...planned.variables.flatMap(({ name, stores }) =>
      stores
        .filter((store) => !has[store])
        .map((store) => ({ path: `${path(name)}.stores`, message: `'${store}': the project has ${needed[store]}` })),
    ),
    ...planned.variables.flatMap((variable) =>
      variable.kind === 'secret'
        ? []
        : strayReferences(variable.value).map((reference) => ({
            path: path(variable.name),
            message: `'${reference}' names nothing: expected {{url}}, {{domain}}, or those of an app of the project`,
          })),
    ),
  ];
}
