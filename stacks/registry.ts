/**
 * The registry document that other tools read from `pulumi stack output registry`: no secret in it, and no time stamp,
 * so that the same deployment gives the same document. Source: CodeB master plan, 5.1; ports are told apart by server.
 */
import { z } from 'zod';
import { environmentNames, type Pool, pools } from './environments.ts';
import { containerName, containerUnit, stageName } from './names.ts';
import type { Plan } from './plan.ts';
import type { PlannedProject } from './planned-project.ts';
import { type Allotted, unitsOf } from './units.ts';

const port = z.int().min(1).max(65535);
const purposes = ['app', 'db', 'redis'] as const;
const status = z.enum(['running', 'degraded']);

const environment = z.strictObject({
  environment: z.enum(environmentNames),
  status: status.describe('`running` when every service of the project is active'),
  server: z.string().describe('Name of the server in the settings of the stack'),
  domain: z.string(),
  domains: z.array(z.string()).describe('All names, the first one included'),
  url: z.url(),
  ports: z.partialRecord(z.enum(purposes), port).describe('On 127.0.0.1 of the server'),
  containers: z.partialRecord(z.enum(purposes), z.string()),
  units: z.array(z.string()).describe('Quadlet units'),
  version: z.string().describe("Tag of the app's image"),
  imageTag: z.string().describe("The app's image as the stack names it"),
  digest: z.string().describe('What that name meant when it was deployed'),
});

export const registry = z.strictObject({
  version: z.literal('1.0.0').describe('Of this format'),
  projects: z.record(
    z.string(),
    z.strictObject({
      name: z.string(),
      type: z.string().optional(),
      repository: z.url().optional(),
      environments: z.record(z.string(), environment).describe('By stage: production, staging, pr-12'),
      config: z.strictObject({
        healthCheck: z.string().describe('Path that decides whether a deploy holds'),
        envVars: z.array(z.string()).describe('Names of the variables that the app gets'),
      }),
    }),
  ),
  portAllocations: z
    .record(z.string(), z.record(z.enum(purposes), z.record(z.string(), z.string())))
    .describe('By server and purpose: `{project}/{stage}` by port'),
});

export type Registry = z.output<typeof registry>;

/** JSON Schema (2020-12) of the document. */
export function registryJsonSchema(): unknown {
  return z.toJSONSchema(registry, { io: 'output' });
}

/** What only the deployment knows of a project. */
export interface Deployed {
  ports: Allotted;
  digest: string;
  status: z.output<typeof status>;
}

/** From the states of all services of a project. */
export function serviceState(states: Record<string, string>): Deployed['status'] {
  return Object.values(states).every((state) => state === 'active') ? 'running' : 'degraded';
}

const purposeOf: Record<Pool, (typeof purposes)[number]> = { app: 'app', postgres: 'db', redis: 'redis' };

/** The document of a stack, from its plan and what became of each slug. */
export function registryOf({ projects }: Plan, deployed: Record<string, Deployed>): Registry {
  const document: Registry = { version: '1.0.0', projects: {}, portAllocations: {} };
  for (const project of projects) {
    const found = deployed[project.slug];
    if (!found) continue;
    const stage = stageName(project.stage);
    const ports = portsByPurpose(found.ports);
    document.projects[project.name] = {
      name: project.name,
      ...(project.type !== undefined && { type: project.type }),
      ...(project.repository !== undefined && { repository: project.repository }),
      environments: { [stage]: deploymentOf(project, found, ports) },
      config: { healthCheck: project.app.health.path, envVars: project.variables },
    };
    const allocations = document.portAllocations[project.server] ?? { app: {}, db: {}, redis: {} };
    document.portAllocations[project.server] = allocations;
    for (const purpose of purposes) {
      const number = ports[purpose];
      if (number !== undefined) allocations[purpose][String(number)] = `${project.name}/${stage}`;
    }
  }
  return document;
}

type Ports = z.output<typeof environment>['ports'];

function portsByPurpose(allotted: Allotted): Ports {
  const entries = pools.flatMap((pool) => (allotted[pool] === undefined ? [] : [[purposeOf[pool], allotted[pool]]]));
  return Object.fromEntries(entries);
}

function deploymentOf(
  project: PlannedProject,
  { digest, status }: Deployed,
  ports: Ports,
): z.output<typeof environment> {
  const { app, domains, server, slug, stage, url } = project;
  const units = Object.keys(unitsOf(project, {}));
  const containers = pools.filter((pool) => units.includes(containerUnit(slug, pool)));
  return {
    environment: stage.environment,
    status,
    server,
    domain: domains[0],
    domains,
    url,
    ports,
    containers: Object.fromEntries(containers.map((pool) => [purposeOf[pool], containerName(slug, pool)])),
    units,
    version: app.version,
    imageTag: app.image,
    digest,
  };
}
