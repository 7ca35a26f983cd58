/**
 * The registry document that other tools read from `pulumi stack output registry`, as zod and as JSON Schema: no secret
 * in it, and the same deployment gives the same document. Source: CodeB master plan, 5.1; ports are told apart by server.
 */
import { z } from 'zod';
import { environmentNames } from './environments.ts';

const time = z.iso.datetime();
const port = z.int().min(1).max(65535);
export const status = z.enum(['running', 'degraded', 'static']);
export const purposes = ['app', 'db', 'redis'] as const;

export const image = z.strictObject({
  image: z.string().describe('As the stack names it'),
  version: z.string().describe('Its tag, or its digest'),
  digest: z.string().describe('What that name meant when it was deployed'),
  previous: z.string().optional().describe('What ran before, still on the server: set it as the image to go back'),
});

export const environment = z.strictObject({
  environment: z.enum(environmentNames),
  status: status.describe('`running` when every service is active; `static` for a project that has none'),
  server: z.string().optional().describe('Name of the server in the settings of the stack'),
  domain: z.string(),
  domains: z.array(z.string()).describe('All names, the first one included'),
  url: z.url(),
  ports: z.record(z.string(), port).describe('On 127.0.0.1 of the server, by app, `db` and `redis`'),
  deployedAt: time.optional().describe('When what runs on the server was last changed; not with the engine docker'),
  containers: z.record(z.string(), z.string()).describe('By app, worker, `db` and `redis`'),
  units: z.array(z.string()).describe('Quadlet units'),
  version: z.string().optional().describe("Tag of the first app's image"),
  imageTag: z.string().optional().describe("The first app's image as the stack names it"),
  images: z.record(z.string(), image).describe('By app, worker, `db` and `redis`'),
  sites: z.array(z.strictObject({ name: z.string(), domains: z.array(z.string()) })).describe('On Cloudflare Pages'),
  bucket: z.string().optional().describe('On Cloudflare R2'),
  externals: z
    .array(z.strictObject({ name: z.string(), kind: z.string(), host: z.string(), health: z.url().optional() }))
    .describe('What runs elsewhere'),
  switches: z.record(z.string(), z.boolean()),
});

export const registry = z.strictObject({
  version: z.literal('1.3.0').describe('Of this format'),
  lastUpdated: time.optional().describe('When the last of what follows was'),
  projects: z.record(
    z.string(),
    z.strictObject({
      id: z
        .string()
        .regex(/^proj_[0-9a-f]{12}$/)
        .describe('From its name: the same in every stack'),
      name: z.string(),
      createdAt: time.optional().describe('When what it has on the server was made'),
      updatedAt: time.optional().describe('When that was last changed'),
      type: z.string().optional(),
      repository: z.url().optional(),
      environments: z.record(z.string(), environment).describe('By stage: production, staging, pr-12'),
      config: z.strictObject({
        buildCommand: z.string().optional().describe('What builds its site, where Pages does that'),
        startCommand: z.string().optional().describe("What the first app runs in place of its image's own command"),
        healthCheck: z.string().optional().describe('Path that decides whether a deploy of the first app holds'),
        envVars: z.array(z.string()).describe('Names of the variables that the project has'),
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
