/** What a project's plan is on a server with engine docker, and what of it that engine does not have. */
import { environments } from './environments.ts';
import { hostIn } from './isolation.ts';
import type { Placement } from './placement.ts';
import type { Planned, PlannedProject } from './planned-project.ts';
import { type Pod, type PostgresService, switchesFile } from './pod.ts';
import type { Problem } from './problems.ts';
import { recoveryFolders } from './recovery.ts';

/** The plan as the engine of its server carries it out. */
export function onEngine({ server }: Placement, planned: PlannedProject): PlannedProject {
  if (server?.settings.engine !== 'docker' || !planned.pod) return planned;
  return { ...planned, pod: onDocker(planned.pod) };
}

/**
 * Docker leaves the owner of a bind mount as it is, and containers have user ids of their own: they may write to their
 * folders, whose parent nobody but root and `codeb` enters. Passwords and variables reach containers through the engine,
 * so no file holds them.
 */
function onDocker(pod: Pod): Pod {
  const folders = Object.fromEntries(Object.entries(pod.folders).filter(([name]) => !(name in recoveryFolders)));
  const closed = Object.fromEntries(['data', 'sockets'].flatMap((name) => (name in folders ? [[name, '0700']] : [])));
  const written = Object.keys(folders).filter((name) => /^(data|sockets)\/./.test(name));
  return {
    ...pod,
    ...(pod.postgres && { postgres: withoutRecovery(pod.postgres) }),
    folders: { ...folders, ...closed, ...Object.fromEntries(written.map((name) => [name, '0777'])) },
    files: Object.fromEntries(Object.entries(pod.files).filter(([path]) => path === switchesFile)),
    passwords: [],
  };
}

function withoutRecovery({ recoveryDays: _, ...service }: PostgresService): PostgresService {
  return service;
}

/** What a project asks for and does not get there, and which is no reason to refuse it. */
export function dockerWarnings({ placement, planned }: Planned): string[] {
  const { project, server, stage } = placement;
  const { postgres } = project.services;
  const wanted = postgres?.kind === 'own' && postgres.recoveryDays !== undefined;
  if (server?.settings.engine !== 'docker' || !wanted || !environments[stage.environment].recovery) return [];
  return [`no backups are made of the database of '${planned.slug}': server '${server.name}' has engine docker`];
}

const loopback = ['127.0.0.1', 'localhost'];

/** What would be left out in silence otherwise. */
export function dockerProblems({ placement, planned }: Planned): Problem[] {
  const { project, server } = placement;
  if (server?.settings.engine !== 'docker') return [];
  const onServer = `server '${server.name}' has engine docker`;
  const own = planned.variables.filter(({ stores }) => stores.includes('server'));
  return [
    ...(planned.pod?.shared?.kinds ?? []).map((kind) => ({
      path: `projects.${project.name}.services.${kind}.kind`,
      message: `is 'shared', and ${onServer}, where no sockets are shared: expected 'own'`,
    })),
    ...own.flatMap((variable): Problem[] => {
      const host = variable.kind === 'secret' ? undefined : hostIn(variable.value, loopback);
      if (host === undefined) return [];
      const message = `names '${host}', and ${onServer}, where that is the container itself: expected {{url}} or another's name`;
      return [{ path: `projects.${project.name}.variables.${variable.name}`, message }];
    }),
  ];
}
