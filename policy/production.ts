import { z } from 'zod';
import { type Chat, chat } from '../stacks/cloudflare.ts';
import { productionHosts } from '../stacks/isolation.ts';
import { containerName, slugOf } from '../stacks/names.ts';
import { databaseKinds } from '../stacks/pod.ts';
import { project, type ProjectSpec } from '../stacks/project.ts';
import { settingsOf } from '../stacks/settings.ts';
import { sharedDatabases } from '../stacks/shared-databases.ts';
import { configurationOf } from './configuration.ts';

export type ChatsByProject = Readonly<Record<string, readonly Chat[]>>;

/**
 * Hosts that are production's in the hosted projects.
 *
 * @param chats those that the stack has: it may make sites for them, and not under the names that production gives them
 */
export function hostsOfProduction(specs: readonly ProjectSpec[], chats: ChatsByProject = {}): string[] {
  const all = specs.flatMap((spec) => productionHosts({ project: project.parse(spec), chats: chats[spec.name] ?? [] }));
  // Names below one project's external service may be another project's own.
  return all.filter((host) => !host.startsWith('.'));
}

/** Containers of production's databases, each a host in its network: those of the hosted projects and the shared ones. */
export function databasesOfProduction(specs: readonly ProjectSpec[]): string[] {
  const stage = { environment: 'production' } as const;
  return specs.flatMap((spec) => {
    const { name, environments } = project.parse(spec);
    if (!environments.production) return [];
    const slugs = [slugOf(name, stage), sharedDatabases(stage, name, []).instance];
    return slugs.flatMap((slug) => databaseKinds.map((kind) => containerName(slug, kind)));
  });
}

const chosen = z.record(z.string(), z.object({ chats: z.array(chat).default([]) }));

/** @param config `PULUMI_CONFIG` of a policy pack */
export function chatsIn(config: string | undefined): ChatsByProject {
  const { projects } = settingsOf(configurationOf(config));
  // What has another form is refused by the plan, before anything is registered.
  const found = chosen.safeParse(projects).data ?? {};
  return Object.fromEntries(Object.entries(found).map(([name, { chats }]) => [name, chats]));
}
