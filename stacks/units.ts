/** Quadlet units of a pod: podman-systemd.unit(5). Only the pod's own unit depends on the ports. */

import { container, type Unit } from './container-unit.ts';
import { backup, postgres, redis } from './database-units.ts';
import { containerName, containerUnit, networkUnit, podUnit } from './names.ts';
import { switchesFolder } from './planned-services.ts';
import { type AppService, environmentFilesOf, type Pod, type Replica, type WorkerService } from './pod.ts';
import { socketFolder } from './shared-databases.ts';
import { commandLine, unitFile } from './unit-file.ts';

/** Ports on the server, by the name of the container that listens there. */
export type Allotted = Record<string, number>;

/** What an image's reference means: itself with a digest, where that is known. */
export type Pinned = Record<string, string>;

/** All units of a pod, by file name. */
export function unitsOf(of: Pod, allotted: Allotted = {}, pinned: Pinned = {}): Record<string, Unit> {
  const { slug } = of;
  const image = (reference: string) => pinned[reference] ?? reference;
  return {
    [networkUnit(slug)]: network(of),
    [podUnit(slug)]: pod(of, allotted),
    ...(of.postgres && { [containerUnit(slug, 'postgres')]: postgres(of, of.postgres, image(of.postgres.image)) }),
    ...(of.postgres?.recoveryDays !== undefined && {
      [containerUnit(slug, 'backup')]: backup(of, of.postgres, image(of.postgres.image)),
    }),
    ...(of.redis && { [containerUnit(slug, 'redis')]: redis(of, of.redis, image(of.redis.image)) }),
    ...Object.fromEntries(
      of.apps.flatMap((service) =>
        service.replicas.map((replica) => [
          containerUnit(slug, replica.name),
          app(of, { service, replica, image: image(service.image) }),
        ]),
      ),
    ),
    ...Object.fromEntries(
      of.workers.flatMap((service) =>
        service.replicas.map((name) => [containerUnit(slug, name), worker(of, name, service, image(service.image))]),
      ),
    ),
  };
}

/** A network of its own for each slug; `isolate` keeps packets from one to another out. */
function network({ slug }: Pod): Unit {
  const content = unitFile({
    Unit: { Description: `Network of ${slug}` },
    Network: { NetworkName: slug, Options: 'isolate=strict' },
  });
  return { content, restartOn: [] };
}

/** The pod, with every port on 127.0.0.1: Caddy is the one public listener. */
export function pod({ slug, ports }: Pod, allotted: Allotted): Unit {
  const published = Object.entries(ports).flatMap(([name, { inner }]) =>
    allotted[name] === undefined ? [] : [`127.0.0.1:${allotted[name]}:${inner}`],
  );
  const content = unitFile({
    Unit: { Description: `Pod of ${slug}` },
    Pod: {
      PodName: `project-${slug}`,
      Network: networkUnit(slug),
      PublishPort: published,
      // The default, `stop`, takes the pod down with the restart of its only running container.
      PodmanArgs: '--exit-policy=continue',
    },
    Install: { WantedBy: 'default.target' },
  });
  return { content, restartOn: [] };
}

function databasesBefore(of: Pod): string[] {
  const { instance, kinds } = of.shared ?? { instance: '', kinds: [] };
  const names = [
    ...(of.postgres ? [containerName(of.slug, 'postgres')] : []),
    ...(of.redis ? [containerName(of.slug, 'redis')] : []),
    ...kinds.map((kind) => containerName(instance, kind)),
  ];
  return names.map((name) => `${name}.service`);
}

/** What apps and workers have in common. */
function service(of: Pod, { name, limits, readOnlyRoot, command }: AppService | WorkerService, image: string) {
  const { plain, secret } = environmentFilesOf(name);
  return {
    image,
    limits,
    after: databasesBefore(of),
    files: [plain, secret],
    settings: {
      EnvironmentFile: [`${of.directory}/${plain}`, `${of.directory}/${secret}`],
      ReadOnly: readOnlyRoot ? 'true' : undefined,
      Tmpfs: readOnlyRoot ? '/tmp' : undefined,
      Exec: command ? commandLine(command) : undefined,
    },
  };
}

interface AppParts {
  service: AppService;
  replica: Replica;
  image: string;
}

function app(of: Pod, { service: planned, replica, image }: AppParts): Unit {
  const { sockets, kinds } = of.shared ?? { sockets: '', kinds: [] };
  const common = service(of, planned, image);
  const live = planned.environment.CODEB_SWITCHES_FILE !== undefined;
  return container(of, replica.name, {
    ...common,
    settings: {
      ...common.settings,
      Environment: `PORT=${replica.port}`,
      Volume: [
        ...kinds.map((kind) => `${sockets}/${kind}:${socketFolder}/${kind}:ro`),
        // The folder, not the file: a file that is replaced would stay the old one inside.
        ...(live ? [`${of.directory}/config/live:${switchesFolder}:ro`] : []),
      ],
    },
  });
}

/** Only the socket of the queue leads out of it. */
function worker(of: Pod, name: string, planned: WorkerService, image: string): Unit {
  const folder = of.shared?.kinds.includes('redis') ? of.shared.sockets : of.queueSocket;
  const common = service(of, planned, image);
  return container(of, name, {
    ...common,
    reach: 'none',
    settings: {
      ...common.settings,
      Volume: folder === undefined ? [] : [`${folder}/redis:${socketFolder}/redis:ro`],
    },
  });
}
