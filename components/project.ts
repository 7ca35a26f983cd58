import * as pulumi from '@pulumi/pulumi';
import type { PlannedProject } from '../stacks/planned-project.ts';
import { type Deployed, serviceState } from '../stacks/registry-document.ts';
import { unitsOf } from '../stacks/units.ts';
import { Bucket } from './bucket.ts';
import { DockerPod } from './docker-pod.ts';
import { GithubEnvironment } from './github-environment.ts';
import { PagesSite } from './pages-site.ts';
import { ProjectPod } from './project-pod.ts';
import type { Server } from './server.ts';
import type { SharedDatabases } from './shared-databases.ts';
import { siteToken } from './site-token.ts';

export interface ProjectArgs {
  /** As the plan has it. */
  project: PlannedProject;
  /** Where its pod runs; needed where the plan has one. */
  server?: Server | undefined;
  /** The instance that the project shares; needed where the plan says so. */
  shared?: SharedDatabases | undefined;
  /** Cloudflare's account; needed where the plan has a site or a bucket. */
  accountId?: string | undefined;
  /** Of GitHub, for the repository's owner; needed where the plan has an environment there. */
  github?: pulumi.ProviderResource | undefined;
  /** Values of the project's secret variables; they reach no resource but sealed, or where another service needs them. */
  secrets: Record<string, string>;
  /** The stack's own, which makes the fingerprints of secret variables. */
  fingerprintKey: string;
  /** Needed where the server has engine docker. */
  passwordKey?: string | undefined;
}

/**
 * A whole project: what runs on a server, its sites and bucket on Cloudflare, its environment on GitHub. Each part is
 * there before what needs it, and goes after it. To change a child in a way that no argument offers, use Pulumi's own
 * `transforms` option.
 *
 * @example new Project('celly-creative', { project, server, secrets: {}, fingerprintKey })
 */
export class Project extends pulumi.ComponentResource {
  /** Where it is visited. */
  readonly url: string;
  /** Names of the Quadlet units; none where the engine is Docker. */
  readonly units: string[];
  /** Images as the plan names them, by app and worker. */
  readonly images: Record<string, string>;
  /** What only the deployment knows: ports, digests, whether it runs. */
  readonly deployed: pulumi.Output<Deployed>;
  /**
   * A token of Cloudflare's API that deploys its sites: it may write every Pages project of the account; a secret. None
   * where the plan names none.
   */
  readonly siteToken: pulumi.Output<string> | undefined;

  constructor(name: string, args: ProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super('codeb:index:Project', name, {}, opts);
    const { project } = args;
    const bucket = this.#bucket(args);
    const pod = this.#pod(args, bucket);
    this.#sites(args);
    this.siteToken = this.#siteToken(args);
    this.#github(args);

    this.url = project.url;
    this.units = project.pod && !args.server?.docker ? Object.keys(unitsOf(project.pod)) : [];
    this.images = imagesOf(project);
    this.deployed = pod ? deployedPod(pod) : pulumi.output(notOnServer);
    this.registerOutputs({ url: this.url });
  }

  #bucket({ project, accountId }: ProjectArgs): Bucket | undefined {
    if (!project.bucket) return undefined;
    const protect = project.protectData;
    return new Bucket(
      project.slug,
      { bucket: project.bucket, accountId: needed(accountId), protect },
      { parent: this },
    );
  }

  #pod(given: ProjectArgs, bucket: Bucket | undefined) {
    const { project, server, shared, secrets, fingerprintKey, passwordKey = '' } = given;
    if (!project.pod || !server) return undefined;
    const args = { project, pod: project.pod, server, bucket, secrets };
    if (server.docker) return new DockerPod({ ...args, engine: server.docker, passwordKey }, this);
    return new ProjectPod({ ...args, shared, fingerprintKey }, this);
  }

  #sites({ project, accountId, secrets }: ProjectArgs): void {
    const own = { plain: plainOf(project.variables, 'pages'), secrets: secretsOf(project.variables, 'pages', secrets) };
    const ofPreviews = { plain: plainOf(project.previewVariables, 'pages'), secrets: {} };
    for (const site of project.sites) {
      const variables = { production: own, preview: site.branches === 'chats' ? own : ofPreviews };
      new PagesSite(site.name, { site, accountId: needed(accountId), variables }, { parent: this });
    }
  }

  #siteToken({ project, accountId }: ProjectArgs): pulumi.Output<string> | undefined {
    if (project.siteToken === undefined) return undefined;
    return siteToken(project.siteToken, needed(accountId), { parent: this });
  }

  #github({ project, secrets, github: provider, accountId }: ProjectArgs): void {
    const { github, slug, variables } = project;
    if (!github || !provider) return;
    new GithubEnvironment(
      slug,
      {
        github,
        provider,
        variables: {
          ...plainOf(variables, 'github'),
          ...(this.siteToken && { CLOUDFLARE_ACCOUNT_ID: needed(accountId) }),
        },
        secrets: {
          ...secretsOf(variables, 'github', secrets),
          ...(this.siteToken && { CLOUDFLARE_API_TOKEN: this.siteToken }),
        },
      },
      { parent: this },
    );
  }
}

const notOnServer: Deployed = { ports: {}, pinned: {}, previous: {}, status: 'static' };

function deployedPod(pod: ProjectPod | DockerPod): pulumi.Output<Deployed> {
  const { ports, pinned, workload } = pod;
  // Docker's containers change beside the workload, which is their folder alone.
  const deployedAt = pod instanceof DockerPod ? pulumi.output(undefined) : workload.deployedAt;
  return pulumi
    .all([ports.allotted, pinned, workload.previous, workload.status, workload.createdAt, deployedAt])
    .apply(([allotted, images, previous, states, createdAt, changed]) => ({
      ports: allotted,
      pinned: images,
      previous,
      status: serviceState(states),
      ...(createdAt !== undefined && { createdAt }),
      ...(changed !== undefined && { deployedAt: changed }),
    }));
}

function needed(accountId: string | undefined): string {
  if (accountId === undefined) throw new Error('the plan has something on Cloudflare, and no account was given');
  return accountId;
}

function imagesOf({ pod }: PlannedProject): Record<string, string> {
  return Object.fromEntries([...(pod?.apps ?? []), ...(pod?.workers ?? [])].map(({ name, image }) => [name, image]));
}

type Variables = PlannedProject['variables'];

function plainOf(variables: Variables, store: 'github' | 'pages'): Record<string, string> {
  const own = variables.filter(({ stores }) => stores.includes(store));
  return Object.fromEntries(own.flatMap((one) => (one.kind === 'secret' ? [] : [[one.name, one.value]])));
}

/** Those that have a value; one that is missing and needed was refused before. */
function secretsOf(variables: Variables, store: 'github' | 'pages', values: Record<string, string>) {
  const own = variables.filter(
    ({ kind, stores, name }) => kind === 'secret' && stores.includes(store) && name in values,
  );
  return Object.fromEntries(own.map(({ name }) => [name, values[name] ?? '']));
}
