/** Names that a stack's settings use, judged also where the settings are wrong elsewhere: nothing hides them. */
import { z } from 'zod';
import { environmentNames } from './environments.ts';
import type { Problem } from './problems.ts';
import type { Deployment, Project } from './project.ts';
import { serviceNames } from './services.ts';
import { settingNames } from './settings.ts';

const keys = z.record(z.string(), z.unknown()).catch({});
const chosenProject = z
  .object({
    only: z.unknown(),
    server: z.string().optional().catch(undefined),
    images: keys.optional(),
    switches: keys.optional(),
  })
  .partial()
  .catch({});
const usedNames = z
  .object({
    environment: z.enum(environmentNames).optional().catch(undefined),
    servers: z.record(z.string(), z.unknown()).optional().catch(undefined),
    projects: z.record(z.string(), chosenProject).optional().catch({}),
  })
  .catch({ projects: {} });

/** As much of the settings as names need; what has no right form is left out, and not judged. */
export type UsedNames = z.output<typeof usedNames>;

/** Of settings that their schema refuses. */
export function usedNameProblems(given: unknown, projects: readonly Project[], known: readonly string[]): Problem[] {
  const settings = usedNames.parse(given);
  const chosen = projects.filter((project) => isChosen(settings, project));
  return [
    ...(settings.environment === undefined ? unknownSettings(given) : []),
    ...chosen.flatMap((project) => [
      ...environmentProblems(settings, project),
      ...(settings.projects?.[project.name]?.only === 'chats'
        ? []
        : [...serverProblems(settings, project), ...serviceProblems(settings, project)]),
    ]),
    ...unknownProjects(settings, known),
  ];
}

/** The schema tells them only where it knows the environment. */
function unknownSettings(given: unknown): Problem[] {
  const unknown = Object.keys(keys.parse(given)).filter((key) => !settingNames.includes(key));
  return unknown.map((key) => ({ path: `codeb.${key}`, message: 'unknown key' }));
}

/** Whether the stack runs it: it is named, or all are that name the environment. */
export function isChosen({ environment, projects }: UsedNames, { name, environments }: Project): boolean {
  if (projects) return Object.hasOwn(projects, name);
  return environment !== undefined && environments[environment] !== undefined;
}

/** @param known names of all projects that there are */
export function unknownProjects({ projects = {} }: UsedNames, known: readonly string[]): Problem[] {
  const message = `no such project; there are ${known.join(', ') || 'none'}`;
  const unknown = Object.keys(projects).filter((name) => !known.includes(name));
  return unknown.map((name) => ({ path: `codeb.projects.${name}`, message }));
}

export function environmentProblems({ environment }: UsedNames, { name, environments }: Project): Problem[] {
  if (environment === undefined || environments[environment]) return [];
  const message = `does not name ${environment}, and 'codeb.projects' chooses it for this stack`;
  return [{ path: `projects.${name}.environments`, message }];
}

/** The server that its services go to, if it has any and one is named. */
export function serverNameOf(settings: UsedNames, project: Project): string | undefined {
  if (!hasPod(project)) return undefined;
  return settings.projects?.[project.name]?.server ?? deploymentOf(settings, project)?.server;
}

export function serverProblems(settings: UsedNames, project: Project): Problem[] {
  const { environment, servers } = settings;
  const chosen = settings.projects?.[project.name]?.server;
  const deployment = deploymentOf(settings, project);
  const name = chosen ?? deployment?.server;
  const path = chosen
    ? `codeb.projects.${project.name}.server`
    : `projects.${project.name}.environments.${environment}.server`;
  if (!hasPod(project)) return name ? [{ path, message: 'the project has nothing that runs on a server' }] : [];
  if (name === undefined) {
    return deployment ? [{ path, message: 'is missing: the project has services that run on a server' }] : [];
  }
  if (!servers || Object.hasOwn(servers, name)) return [];
  const known = Object.keys(servers).join(', ') || 'none';
  return [{ path, message: `unknown server '${name}'; 'codeb.servers' has ${known}` }];
}

/** Keys below `codeb.projects.{name}` that the project does not have. */
export function serviceProblems(settings: UsedNames, { name, services, switches }: Project): Problem[] {
  const { images = {}, switches: switched = {} } = settings.projects?.[name] ?? {};
  return [
    ...unknownKeys(`codeb.projects.${name}.images`, 'service', images, serviceNames(services)),
    ...unknownKeys(`codeb.projects.${name}.switches`, 'switch', switched, Object.keys(switches)),
  ];
}

export function unknownKeys(path: string, what: string, asked: object, there: readonly string[]): Problem[] {
  const message = `no such ${what}; there are ${there.join(', ') || 'none'}`;
  const unknown = Object.keys(asked).filter((one) => !there.includes(one));
  return unknown.map((one) => ({ path: `${path}.${one}`, message }));
}

function deploymentOf({ environment }: UsedNames, { environments }: Project): Deployment | undefined {
  return environment && environments[environment];
}

function hasPod({ services }: Project): boolean {
  return serviceNames(services).length > 0 || Boolean(services.postgres ?? services.redis);
}
