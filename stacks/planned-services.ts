/** The apps and workers of a project as a stage has them. */
import { environments } from './environments.ts';
import { parseImage, versionOf } from './image.ts';
import { domainOf, replicaName, slugOf } from './names.ts';
import type { Placement } from './placement.ts';
import type { AppService, WorkerService } from './pod.ts';
import type { App, Worker } from './services.ts';
import { type PlannedVariable, reaches, withAddresses } from './variables.ts';

/** Where an app finds its switches. */
export const switchesFolder = '/run/codeb/live';

/** Domains of an app, the derived one first; custom ones belong to the app with the project's own name. */
export function domainsOf({ project, stage, deployment }: Placement, { subdomain }: App): [string, ...string[]] {
  const { base, host = project.name } = project.domain;
  const kind = project.system ? 'platform' : 'project';
  const derived = domainOf({ base, host, kind, ...(subdomain !== undefined && { subdomain }) }, stage);
  return [derived, ...(subdomain === undefined ? deployment.customDomains : [])];
}

/** The one that bears the project's own name first. */
export function plannedApps(placement: Placement, variables: readonly PlannedVariable[]): AppService[] {
  const { project, images, deployment, stage } = placement;
  const all = Object.entries(project.services.apps).map(([name, app]): AppService => {
    const count = deployment.replicas[name] ?? app.replicas;
    const replicas = Array.from({ length: count }, (_, index) => ({
      name: replicaName(name, index + 1),
      port: app.port + index,
    }));
    const [first, ...others] = replicas;
    if (!first) throw new Error(`app '${name}' of '${project.name}' has no replica`);
    const image = images[name] ?? app.image;
    const destructive = environments[stage.environment].destructiveMigrations;
    return {
      ...common(placement, { name, kind: 'app', image, service: app, variables }),
      replicas: [first, ...others],
      domains: domainsOf(placement, app),
      health: app.health,
      ...(app.migrations && { migrations: { ...app.migrations, destructive } }),
    };
  });
  return all.sort((a, b) => Number(isPrimary(b)) - Number(isPrimary(a)));

  function isPrimary({ name }: AppService): boolean {
    return project.services.apps[name]?.subdomain === undefined;
  }
}

export function plannedWorkers(placement: Placement, variables: readonly PlannedVariable[]): WorkerService[] {
  const { project, images, deployment, stage } = placement;
  return Object.entries(project.services.workers).map(([name, worker]) => {
    const count = environments[stage.environment].workers ? (deployment.replicas[name] ?? worker.replicas) : 0;
    return {
      ...common(placement, { name, kind: 'worker', image: images[name] ?? worker.image, service: worker, variables }),
      replicas: Array.from({ length: count }, (_, index) => replicaName(name, index + 1)),
    };
  });
}

interface Common {
  name: string;
  kind: 'app' | 'worker';
  image: string;
  service: App | Worker;
  variables: readonly PlannedVariable[];
}

function common(placement: Placement, { name, kind, image, service, variables }: Common) {
  const { project, stage } = placement;
  const reference = parseImage(image);
  const version = reference ? versionOf(reference) : image;
  const own = variables.filter((variable) => reaches(variable, { name, kind }));
  const plain = own.flatMap((variable) => (variable.kind === 'secret' ? [] : [[variable.name, variable.value]]));
  const { redis } = project.services;
  return {
    name,
    image,
    version,
    limits: service.limits,
    readOnlyRoot: service.readOnlyRoot,
    ...(service.command && { command: service.command }),
    environment: {
      CODEB_ENVIRONMENT: stage.environment,
      CODEB_PROJECT: project.name,
      CODEB_VERSION: version,
      ...(redis?.kind === 'shared' && { REDIS_KEY_PREFIX: `${project.name}:` }),
      ...(Object.keys(project.switches).length > 0 && { CODEB_SWITCHES_FILE: `${switchesFolder}/switches.json` }),
      ...Object.fromEntries(plain),
    },
    secrets: own.flatMap((variable) => (variable.kind === 'secret' ? [variable.name] : [])),
  };
}

/** The matrix with the project's own addresses filled in. */
export function addressed(placement: Placement, variables: readonly PlannedVariable[]): PlannedVariable[] {
  const { apps } = placement.project.services;
  const primary = Object.values(apps).find(({ subdomain }) => subdomain === undefined);
  const domain = (name: string | undefined): string | undefined => {
    const app = name === undefined ? primary : Object.hasOwn(apps, name) ? apps[name] : undefined;
    return app ? domainsOf(placement, app)[0] : name === undefined ? ownName(placement) : undefined;
  };
  return variables.map((variable) =>
    variable.kind === 'secret' ? variable : { ...variable, value: withAddresses(variable.value, domain) },
  );
}

/** A project's own name, whatever answers there. */
export function ownName({ project, stage }: Placement): string {
  const { base, host = project.name } = project.domain;
  return domainOf({ base, host, kind: project.system ? 'platform' : 'project' }, stage);
}

/** Name of what is the project's in this stage beyond the server, such as its bucket. */
export function slugIn({ project, stage }: Placement): string {
  return slugOf(project.name, stage);
}
