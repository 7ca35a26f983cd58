/** A stack that has sites of chats and nothing else of their project: one stack a chat, or a few of them. */
import type { EnvironmentName } from './environments.ts';
import type { Problem } from './problems.ts';
import type { Project } from './project.ts';
import type { ChosenProject } from './settings.ts';
import type { PlannedVariable } from './variables.ts';

/** What stands against it. */
export function onlyChatsProblems(
  environment: EnvironmentName,
  { name, chats }: Project,
  chosen: ChosenProject,
): Problem[] {
  const path = `codeb.projects.${name}`;
  const beside = [
    ...(chosen.server === undefined ? [] : ['server']),
    ...(Object.keys(chosen.images).length > 0 ? ['images'] : []),
    ...(Object.keys(chosen.switches).length > 0 ? ['switches'] : []),
  ];
  return [
    ...(environment === 'preview'
      ? [{ path: `${path}.only`, message: "'chats' is for staging and production: a preview is of the whole project" }]
      : []),
    ...(chats?.layout === 'branch'
      ? [
          {
            path: `${path}.only`,
            message:
              "'chats' is for the layout 'project': with 'branch', chats share Pages projects, and one stack has all of them",
          },
        ]
      : []),
    ...(chats || chosen.chats.length > 0
      ? []
      : [{ path: `${path}.only`, message: 'the project has no sites by the chat' }]),
    ...(chats && chosen.chats.length === 0
      ? [{ path: `${path}.chats`, message: 'expected one at least: the stack has nothing else (only: chats)' }]
      : []),
    ...beside.map((key) => ({
      path: `${path}.${key}`,
      message: 'is for a stack that has the whole project, and this one has its chats alone (only: chats)',
    })),
  ];
}

/** What sites are told; other places that know a variable are of another stack. */
export function toldToSites(all: readonly PlannedVariable[]): PlannedVariable[] {
  return all
    .filter(({ stores }) => stores.includes('pages'))
    .map((variable): PlannedVariable => ({ ...variable, stores: ['pages'] }));
}
