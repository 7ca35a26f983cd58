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
    ...planned.variables.flatMap(({ name, stores }): Problem[] => {
      const message = stores.includes('github') ? takenOnGithub(name, planned) : undefined;
      return message === undefined ? [] : [{ path: path(name), message }];
    }),
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

/** Source: https://docs.github.com/en/actions/reference/workflows-and-actions/variables#naming-conventions */
function takenOnGithub(name: string, { siteToken }: Planned['planned']): string | undefined {
  if (name.startsWith('GITHUB_'))
    return "begins with 'GITHUB_', which GitHub keeps to itself, and has the store 'github'";
  const isOfSites = name === 'CLOUDFLARE_ACCOUNT_ID' || name === 'CLOUDFLARE_API_TOKEN';
  return siteToken !== undefined && isOfSites ? "is set in the store 'github' for the project's sites" : undefined;
}
