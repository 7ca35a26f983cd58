/**
 * Databases that the projects of one stack share on a server. The instance belongs to the stack (its slug carries the
 * stage), so that staging and production on one server have two, and neither holds the other's data. It publishes no
 * port: who mounts its sockets reaches it, and the networks of projects stay apart.
 */
import { environments } from './environments.ts';
import { directoryOf, type Stage, slugOf } from './names.ts';
import { type DatabaseKind, filesFor, type Pod, type SharedDatabases } from './pod.ts';

/** Where an app finds the folders of sockets. */
export const socketFolder = '/run/codeb';

const images = { postgres: 'docker.io/library/postgres:15', redis: 'docker.io/library/redis:7' } as const;
const limits = { memory: '1G', cpus: 2, tasks: 512 };

/** The instance as a project of the stack sees it; previews have one project each, whose name keeps them apart. */
export function sharedDatabases(stage: Stage, project: string, kinds: DatabaseKind[]): SharedDatabases {
  const instance = slugOf(stage.environment === 'preview' ? `${project}-shared` : 'shared', stage);
  return { instance, sockets: `${directoryOf(instance)}/sockets`, kinds };
}

interface SharedPodParts {
  stage: Stage;
  server: string;
  /** One of those that share it. */
  project: string;
  protectData?: boolean | undefined;
}

/** The pod of the instance. */
export function sharedPod(
  { stage, server, project, protectData = environments[stage.environment].protectData }: SharedPodParts,
  kinds: DatabaseKind[],
): Pod {
  const { instance: slug, sockets } = sharedDatabases(stage, project, kinds);
  const directory = directoryOf(slug);
  const uses = (kind: DatabaseKind) => kinds.includes(kind);
  return {
    slug,
    server,
    directory,
    folders: {
      config: '0700',
      data: '0755',
      sockets: '0755',
      ...Object.fromEntries(
        kinds.flatMap((kind) => [
          [`data/${kind}`, '0700'],
          [`sockets/${kind}`, '0755'],
        ]),
      ),
    },
    files: filesFor(kinds),
    ports: {},
    apps: [],
    readOnly: false,
    workers: [],
    passwords: kinds.map((purpose) => ({
      purpose,
      owner: `${slug}/${purpose}`,
      path: `${directory}/config/${purpose}.password`,
    })),
    ...(uses('postgres') && {
      postgres: { image: images.postgres, role: 'postgres', database: 'postgres', limits },
    }),
    ...(uses('redis') && { redis: { image: images.redis, limits } }),
    sockets,
    onDelete: environments[stage.environment].onDelete,
    protectData,
  };
}
