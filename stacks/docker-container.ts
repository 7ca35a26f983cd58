/** A container as Docker is to run it, as plain data; what all of them have in common. */
import { containerName } from './names.ts';
import type { Pod } from './pod.ts';
import type { Limits } from './services.ts';

export interface DockerMount {
  /** Folder on the server. */
  source: string;
  target: string;
  readOnly: boolean;
  whenMissing: 'refused' | 'made';
}

export interface DockerContainer {
  /** By it the others of its network reach it. */
  name: string;
  /** Its name within the project: `api-2`, `postgres`. */
  purpose: string;
  kind: 'app' | 'worker' | 'database';
  image: string;
  /** The image's own where none is given. */
  user?: string;
  /** The image's own where none is given. */
  command?: string[];
  /** Plain values, and those that name a password (`docker-secrets.ts`). */
  environment: Record<string, string>;
  /** Names of the secret variables that it gets, where they have a value. */
  secrets: string[];
  /** The project's own network, or `none`. */
  network: string;
  /** Ports on 127.0.0.1 of the server; `outer` is open until it is allotted. */
  ports: { inner: number; outer?: number }[];
  mounts: DockerMount[];
  /** Folders in memory. */
  tmpfs: string[];
  readOnlyRoot: boolean;
  /** Megabytes, swap included. */
  memory: number;
  cpus: number;
  /** Processes and threads. */
  tasks: number;
  /** For a shell in it; whoever needs it waits until it says yes. */
  health?: string;
  /** Purposes of those that it needs. */
  after: string[];
}

/** A bridge of the project's own; Docker's own networks have the names that a slug could have (`host`). */
export function dockerNetwork(slug: string): string {
  return `project-${slug}`;
}

type Own = Pick<DockerContainer, 'purpose' | 'kind' | 'image' | 'environment'> & { limits: Limits };

export function dockerContainer(
  { slug }: Pod,
  {
    limits,
    purpose,
    kind,
    image,
    environment,
    ...own
  }: Own & Partial<Omit<DockerContainer, 'memory' | 'cpus' | 'tasks'>>,
): DockerContainer {
  return {
    name: containerName(slug, purpose),
    purpose,
    kind,
    image,
    environment,
    secrets: [],
    network: dockerNetwork(slug),
    ports: [],
    mounts: [],
    tmpfs: ['/tmp'],
    readOnlyRoot: true,
    after: [],
    ...own,
    memory: megabytes(limits.memory),
    cpus: limits.cpus,
    tasks: limits.tasks,
  };
}

const units: Record<string, number> = { K: 1 / 1024, M: 1, G: 1024 };

/** `512M`; parts of a megabyte count as one. */
function megabytes(size: string): number {
  return Math.ceil(Number.parseInt(size, 10) * (units[size.slice(-1)] ?? 1));
}
