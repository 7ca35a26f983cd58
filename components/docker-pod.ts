import type { Container } from '@pulumi/docker/container.js';
import { Network } from '@pulumi/docker/network.js';
import type { Provider } from '@pulumi/docker/provider.js';
import { RemoteImage } from '@pulumi/docker/remoteImage.js';
import * as pulumi from '@pulumi/pulumi';
import { type DockerContainer, dockerNetwork } from '../stacks/docker-container.ts';
import { dockerContainersOf } from '../stacks/docker-containers.ts';
import { type AppService, type Pod, switchesFile } from '../stacks/pod.ts';
import type { Pinned } from '../stacks/units.ts';
import { podSite } from './caddy-site.ts';
import { Workload } from './codeb.ts';
import { dnsRecord } from './dns-record.ts';
import { dockerCommand } from './docker-command.ts';
import { runningContainer } from './docker-container.ts';
import { DockerMigrations } from './docker-migrations.ts';
import { DockerValues } from './docker-values.ts';
import { pinnedImages } from './pinned-images.ts';
import { Ports } from './ports.ts';
import type { ProjectPodArgs } from './project-pod.ts';
import { plannedFile } from './workload-files.ts';

export interface DockerPodArgs extends Omit<ProjectPodArgs, 'shared' | 'fingerprintKey'> {
  /** Docker's client for the server. */
  engine: Provider;
  /** What the passwords of its databases come from; a secret of the stack, at least 32 characters. */
  passwordKey: string;
}

/**
 * What of a project runs on its server where the engine is Docker: the same ports, names, site and folder as on Quadlet,
 * and a container each. Values of variables, secret ones and passwords included, pass through Pulumi's engine as secrets
 * and are encrypted in the state. The replicas of an app are replaced one after another, each once the one before answers;
 * nothing goes back by itself when one does not. Parts of their parent.
 *
 * @example new DockerPod({ project, pod: project.pod, server, engine, secrets: {}, passwordKey, bucket: undefined }, parent)
 */
export class DockerPod {
  /** Its ports on the server. */
  readonly ports: Ports;
  /** What its images mean now. */
  readonly pinned: pulumi.Output<Pinned>;
  /** The folder and its files; it has no unit. */
  readonly workload: Workload;
  readonly #args: DockerPodArgs;
  readonly #values: DockerValues;
  readonly #images: Map<string, RemoteImage>;

  constructor(args: DockerPodArgs, parent: pulumi.Resource) {
    const { pod, project, server, engine, secrets } = args;
    const inside = { parent, provider: server.provider, dependsOn: [server.prepared] };
    this.#args = args;
    this.#values = new DockerValues(pod, { ...args, secrets: onServer(pod, secrets) });
    this.ports = new Ports(pod, inside);
    this.pinned = pinnedImages(pod);
    this.workload = this.#folder(inside);
    this.#images = this.#pulled({ parent, provider: engine });
    const answering = this.#containers(parent);
    const records = project.records.flatMap((record) =>
      dnsRecord(record, { parent, dependsOn: [this.workload], server: server.provider }),
    );
    if (pod.apps.length > 0) podSite(pod, this.ports, { ...inside, dependsOn: [...answering, ...records] });
  }

  #folder(inside: pulumi.CustomResourceOptions): Workload {
    const { pod, project } = this.#args;
    const { slug, directory, folders, onDelete, protectData } = pod;
    const switches = `${JSON.stringify(project.switches, undefined, 2)}\n`;
    const files = switchesFile in pod.files ? plannedFile(pod, switchesFile, switches) : {};
    return new Workload(slug, { slug, directory, folders, files, onDelete }, { ...inside, protect: protectData });
  }

  /** Each image of the plan, by its reference; what was pulled stays on the server, to go back to. */
  #pulled(opts: pulumi.CustomResourceOptions): Map<string, RemoteImage> {
    const { apps, workers, postgres, redis, slug } = this.#args.pod;
    const named = [
      ...[...apps, ...workers].map(({ name, image }) => ({ name, image })),
      ...(postgres ? [{ name: 'postgres', image: postgres.image }] : []),
      ...(redis ? [{ name: 'redis', image: redis.image }] : []),
    ];
    const first = named.filter(({ image }, index) => named.findIndex((one) => one.image === image) === index);
    return new Map(
      first.map(({ name, image }) => {
        const args = { name: this.#reference(image), keepLocally: true };
        return [image, new RemoteImage(`${slug}-${name}`, args, opts)];
      }),
    );
  }

  #reference(image: string): pulumi.Output<string> {
    return this.pinned.apply((pinned) => pinned[image] ?? image);
  }

  /** @returns what a site waits for */
  #containers(parent: pulumi.Resource): pulumi.Resource[] {
    const { pod, server, engine } = this.#args;
    const after = { parent, dependsOn: [this.workload, ...this.#images.values()] };
    const labels = [{ label: 'codeb.slug', value: pod.slug }];
    const network = new Network(
      pod.slug,
      { name: dockerNetwork(pod.slug), labels },
      { ...after, provider: engine, deleteBeforeReplace: true },
    );
    const imageOf = (reference: string) => this.#reference(reference);
    const migrations = new DockerMigrations({ pod, server, values: this.#values, imageOf }, after);
    const ready = new Map<string, pulumi.Resource>();
    const make = (planned: DockerContainer, needed: pulumi.Resource[]) => {
      const dependsOn = [...after.dependsOn, ...needed, ...planned.after.flatMap((name) => ready.get(name) ?? [])];
      return this.#container(planned, network, { parent, provider: engine, dependsOn });
    };
    const all = dockerContainersOf(pod);
    for (const planned of all.filter(({ kind }) => kind === 'database')) {
      ready.set(planned.purpose, make(planned, migrations.found));
    }
    const migrated = migrations.run({ parent, dependsOn: [network, ...ready.values()] });
    for (const planned of all.filter(({ kind }) => kind === 'worker')) make(planned, []);
    return all
      .filter(({ kind }) => kind === 'app')
      .map((planned) => {
        const container = make(planned, migrated);
        const healthy = this.#healthy(planned, container, parent);
        ready.set(planned.purpose, healthy);
        return healthy;
      });
  }

  #container(planned: DockerContainer, network: Network, opts: pulumi.CustomResourceOptions) {
    const { slug } = this.#args.pod;
    const pulled = this.#images.get(planned.image);
    if (!pulled) throw new Error(`the plan of '${slug}' has no image '${planned.image}'`);
    return runningContainer(
      {
        planned,
        image: pulled.imageId,
        reference: pulled.name,
        network: planned.network === 'none' ? 'none' : network.name,
        variables: this.#values.linesOf(planned),
        outer: planned.ports.map(() => this.ports.of(planned.purpose)),
        slug,
      },
      opts,
    );
  }

  /** Images bring no tool to ask an address, so the server asks. */
  #healthy({ name, purpose }: DockerContainer, container: Container, parent: pulumi.Resource) {
    const { pod, server } = this.#args;
    const { health } = appOf(pod, purpose);
    const url = pulumi.interpolate`http://127.0.0.1:${this.ports.of(purpose)}${health.path}`;
    return dockerCommand(
      `${name}-healthy`,
      {
        server,
        scripts: ['docker/await-health.sh'],
        words: [name, String(health.deadline), url],
        stdin: this.#values.hidden,
        triggers: [container.id],
      },
      { parent, dependsOn: [container] },
    );
  }
}

function appOf({ apps, slug }: Pod, replica: string): AppService {
  const app = apps.find(({ replicas }) => replicas.some(({ name }) => name === replica));
  if (!app) throw new Error(`the plan of '${slug}' has no app '${replica}'`);
  return app;
}

/** Secret variables that a service of the server gets. */
function onServer({ apps, workers }: Pod, secrets: Record<string, string>): Record<string, string> {
  const wanted = [...apps, ...workers].flatMap((service) => service.secrets);
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => wanted.includes(name)));
}
