/** Where each project of a stack goes, and what stands in the way. */
import { onlyChatsProblems } from './chats-only.ts';
import type { Chat } from './cloudflare.ts';
import { environments } from './environments.ts';
import { moves, parseImage } from './image.ts';
import type { Stage } from './names.ts';
import type { Problem } from './problems.ts';
import type { Deployment, Project } from './project.ts';
import type { Cloudflare, Server, Settings } from './settings.ts';
import {
  environmentProblems,
  isChosen,
  serverNameOf,
  serverProblems,
  serviceProblems,
  unknownProjects,
} from './used-names.ts';

export function stageOf(settings: Settings): Stage {
  return settings.environment === 'preview'
    ? { environment: 'preview', pullRequest: settings.pullRequest }
    : { environment: settings.environment };
}

/** A project in the place that the stack gives it. */
export interface Placement {
  project: Project;
  stage: Stage;
  deployment: Deployment;
  /** Where its pod goes, if it has one. */
  server?: { name: string; settings: Server };
  cloudflare?: Cloudflare;
  /** By app and worker, those that the stack names. */
  images: Record<string, string>;
  chats: Chat[];
  /** The stack has nothing else of the project. */
  only?: 'chats';
  /** In place of the project's own. */
  switches: Record<string, boolean>;
  /** Overrides the environment's rule. */
  protectData?: boolean;
}

export interface Placements {
  placements: Placement[];
  problems: Problem[];
}

/** The chosen projects, or all that name the stack's environment; `known` are the names of all there are. */
export function place(settings: Settings, projects: readonly Project[], known: readonly string[]): Placements {
  const result: Placements = { placements: [], problems: [] };
  for (const project of projects.filter((one) => isChosen(settings, one))) {
    const { placement, problems } = placeOne(settings, project);
    if (placement) result.placements.push(placement);
    result.problems.push(...problems);
  }
  result.problems.push(...unknownProjects(settings, known));
  return result;
}

/** What is wrong with it, and its place unless that is what is wrong: then the rest of it is looked at as well. */
function placeOne(settings: Settings, project: Project): { placement?: Placement; problems: Problem[] } {
  const { environment, cloudflare, protectData } = settings;
  const deployment = project.environments[environment];
  if (!deployment) return { problems: environmentProblems(settings, project) };
  const chosen = settings.projects?.[project.name];
  const common = { project, stage: stageOf(settings), deployment, ...(cloudflare && { cloudflare }) };
  if (chosen?.only === 'chats') {
    const problems = [
      ...onlyChatsProblems(environment, project, chosen),
      ...cloudflareProblems(settings, { ...project, pages: undefined, bucket: undefined }),
    ];
    const placement = { ...common, only: chosen.only, chats: chosen.chats, images: {}, switches: {} };
    return { problems, ...(problems.length === 0 && { placement }) };
  }
  const name = serverNameOf(settings, project);
  const server = name === undefined ? undefined : settings.servers[name];
  const nowhere = serverProblems(settings, project);
  const images = { ...deployment.images, ...chosen?.images };
  const withoutAccount = cloudflareProblems(settings, project);
  const problems = [
    ...nowhere,
    ...serviceProblems(settings, project),
    ...imageProblems(settings, project, deployment),
    ...withoutAccount,
  ];
  if (nowhere.length > 0 || withoutAccount.length > 0) return { problems };
  const placement = {
    ...common,
    ...(name !== undefined && server && { server: { name, settings: server } }),
    images,
    chats: chatsOf(settings, project),
    switches: chosen?.switches ?? {},
    ...(protectData !== undefined && { protectData }),
  };
  return { placement, problems };
}

function chatsOf({ environment, projects }: Settings, { name, chats }: Project): Chat[] {
  const named = projects?.[name]?.chats ?? [];
  if (environment !== 'preview' || named.length > 0) return named;
  return (chats?.inPreviews ?? []).map((id) => ({ id, created: 0, removed: false }));
}

function imageProblems(settings: Settings, { name, services }: Project, deployment: Deployment): Problem[] {
  const { environment } = settings;
  if (environments[environment].movingTags) return [];
  const base = `projects.${name}`;
  const all = [
    ...Object.entries(services.apps).map(([service, { image }]) => ({ service, kind: 'apps', image })),
    ...Object.entries(services.workers).map(([service, { image }]) => ({ service, kind: 'workers', image })),
  ];
  return all.flatMap(({ service, kind, image: own }): Problem[] => {
    const chosen = settings.projects?.[name]?.images[service];
    const ofEnvironment = deployment.images[service];
    const image = chosen ?? ofEnvironment ?? own;
    const reference = parseImage(image);
    if (!reference || !moves(reference)) return [];
    const path = chosen
      ? `codeb.projects.${name}.images.${service}`
      : ofEnvironment
        ? `${base}.environments.${environment}.images.${service}`
        : `${base}.services.${kind}.${service}.image`;
    const message = `'${image}' can mean another image tomorrow; ${environment} needs a tag of a version, or a digest`;
    return [{ path, message }];
  });
}

function cloudflareProblems(
  settings: Settings,
  { name, pages, chats, bucket }: Pick<Project, 'name' | 'pages' | 'chats' | 'bucket'>,
): Problem[] {
  const needed = [pages && 'pages', chats && 'chats', bucket && 'bucket'].flatMap((part) => part || []);
  const chosen = settings.projects?.[name]?.chats ?? [];
  return [
    ...(settings.cloudflare ? [] : needed).map((part) => ({
      path: `projects.${name}.${part}`,
      message: "is on Cloudflare, and the stack has no account: expected 'codeb.cloudflare.accountId'",
    })),
    ...(chats || chosen.length === 0
      ? []
      : [{ path: `codeb.projects.${name}.chats`, message: 'the project has no sites by the chat' }]),
  ];
}
