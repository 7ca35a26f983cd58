/** A repository has the environments and the rule of one project: names there are the stages', not the projects'. */
import type { Problem } from './problems.ts';
import type { Project } from './project.ts';
import type { Settings } from './settings.ts';

/** Of all projects that there are: another one's stack would meet the same names, and take them along when it goes. */
export function repositoryProblems(settings: Settings, projects: readonly Project[]): Problem[] {
  const own = settings.environment === 'production' ? settings.repository : undefined;
  const holders = new Map(own ? [[keyOf(own.url), 'these stacks (codeb.repository)']] : []);
  return projects.flatMap(({ name, github, repository }): Problem[] => {
    if (!github || repository === undefined) return [];
    const holder = holders.get(keyOf(repository));
    holders.set(keyOf(repository), holder ?? `project '${name}'`);
    if (holder === undefined) return [];
    const message = `is that of ${holder} as well: environments and rules on GitHub ('github') are of one project`;
    return [{ path: `projects.${name}.repository`, message }];
  });
}

/** GitHub takes no notice of the case. */
const keyOf = (url: string): string => url.toLowerCase();
