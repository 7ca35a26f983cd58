import { Container } from '@pulumi/docker/container.js';
import type * as pulumi from '@pulumi/pulumi';
import type { DockerContainer } from '../stacks/docker-container.ts';

export interface RunningContainerArgs {
  /** As the plan has it. */
  planned: DockerContainer;
  /** Id of the image on the server. */
  image: pulumi.Input<string>;
  /** For the registry's name of it, which the id does not tell. */
  reference: pulumi.Input<string>;
  /** Name of its network; `none` has no resource. */
  network: pulumi.Input<string>;
  /** Lines of `NAME=value`. */
  variables: pulumi.Input<string[]>;
  /** Port on the server, by the place of `planned.ports`. */
  outer: pulumi.Input<number>[];
  /** Of the project, for its labels. */
  slug: string;
}

/** Microseconds: a core's whole time. */
const period = 100_000;
/** Seconds. A database may have to read dumps first. */
const healthDeadline = 300;
/** Seconds that it may take to end. */
const grace = 30;

/**
 * Settings that the plugin takes and Docker does not change of a container that is there: the plugin would note them and
 * leave it as it was.
 */
const fixed = ['cpuPeriod', 'cpuQuota', 'healthcheck', 'init', 'tmpfs'];

/**
 * A container as closed and as limited as all of ours are. Its process limit counts by user namespace: getrlimit(2).
 *
 * @example
 * const args = { planned, image: pulled.imageId, reference: pulled.name, network: network.name, variables: [], outer: [], slug: 'shop' };
 * runningContainer(args, { provider: engine })
 */
export function runningContainer(
  { planned, image, reference, network, variables, outer, slug }: RunningContainerArgs,
  opts: pulumi.CustomResourceOptions,
): Container {
  const { name, user, command, ports, mounts, tmpfs, readOnlyRoot, memory, cpus, tasks, health } = planned;
  return new Container(
    name,
    {
      name,
      image,
      ...(user !== undefined && { user }),
      ...(command && { command }),
      envs: variables,
      labels: [
        { label: 'codeb.slug', value: slug },
        { label: 'codeb.purpose', value: planned.purpose },
        { label: 'codeb.image', value: reference },
      ],
      networkMode: network,
      ports: ports.map(({ inner }, index) => ({ internal: inner, external: outer[index], ip: '127.0.0.1' })),
      mounts: mounts
        .filter(({ whenMissing }) => whenMissing === 'refused')
        .map(({ source, target, readOnly }) => ({ type: 'bind', source, target, readOnly })),
      volumes: mounts
        .filter(({ whenMissing }) => whenMissing === 'made')
        .map(({ source, target, readOnly }) => ({ hostPath: source, containerPath: target, readOnly })),
      tmpfs: Object.fromEntries(tmpfs.map((path) => [path, 'mode=1777'])),
      readOnly: readOnlyRoot,
      // A process that ignores SIGTERM as PID 1 would cost its whole grace.
      init: true,
      capabilities: { drops: ['ALL'] },
      securityOpts: ['no-new-privileges'],
      memory,
      memorySwap: memory,
      cpuPeriod: period,
      cpuQuota: Math.round(cpus * period),
      ulimits: [{ name: 'nproc', soft: tasks, hard: tasks }],
      restart: 'always',
      destroyGraceSeconds: grace,
      ...(health !== undefined && {
        healthcheck: { tests: ['CMD-SHELL', health], interval: '5s', timeout: '5s', retries: 3 },
        wait: true,
        waitTimeout: healthDeadline,
      }),
    },
    { ...opts, deleteBeforeReplace: true, replaceOnChanges: fixed, additionalSecretOutputs: ['envs'] },
  );
}
