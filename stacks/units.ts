/** Quadlet units of a pod: podman-systemd.unit(5). Only the pod's own unit depends on the ports. */

import { container, type Unit } from './container-unit.ts';
import { postgres, redis } from './database-units.ts';
import { type Pool, pools } from './environments.ts';
import { containerName, containerUnit, networkUnit, podUnit } from './names.ts';
import type { AppService, Pod } from './pod.ts';
import { socketFolder } from './shared-databases.ts';
import { commandLine, unitFile } from './unit-file.ts';

/** The port that each pool gave. */
export type Allotted = Partial<Record<Pool, number>>;

/** All units of a pod, by file name. */
export function unitsOf(of: Pod, allotted: Allotted): Record<string, Unit> {
  const { slug } = of;
  return {
    [networkUnit(slug)]: network(of),
    [podUnit(slug)]: pod(of, allotted),
    ...(of.postgres && { [containerUnit(slug, 'postgres')]: postgres(of, of.postgres) }),
    ...(of.redis && { [containerUnit(slug, 'redis')]: redis(of, of.redis) }),
    ...(of.app && { [containerUnit(slug, 'app')]: app(of, of.app) }),
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
  const published = pools.flatMap((pool) => {
    const [inner, outer] = [ports[pool]?.inner, allotted[pool]];
    return inner === undefined || outer === undefined ? [] : [`127.0.0.1:${outer}:${inner}`];
  });
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

function app(of: Pod, service: AppService): Unit {
  const { instance, sockets, kinds } = of.shared ?? { instance: '', sockets: '', kinds: [] };
  const databases = [
    ...(of.postgres ? [containerName(of.slug, 'postgres')] : []),
    ...(of.redis ? [containerName(of.slug, 'redis')] : []),
    ...kinds.map((kind) => containerName(instance, kind)),
  ];
  return container(of, 'app', {
    image: service.image,
    limits: service.limits,
    after: databases.map((name) => `${name}.service`),
    files: ['config/app.env', 'config/app.secrets.env'],
    settings: {
      EnvironmentFile: [`${of.directory}/config/app.env`, `${of.directory}/config/app.secrets.env`],
      ReadOnly: service.readOnlyRoot ? 'true' : undefined,
      Tmpfs: service.readOnlyRoot ? '/tmp' : undefined,
      Volume: kinds.map((kind) => `${sockets}/${kind}:${socketFolder}/${kind}:ro`),
      Exec: service.command ? commandLine(service.command) : undefined,
    },
  });
}
