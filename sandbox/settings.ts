/** The stack settings of the sandbox: one box under the names of both servers that the hosted projects name. */
import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import type { Stage } from '../stacks/names.ts';
import { plan } from '../stacks/plan.ts';
import { describe } from '../stacks/problems.ts';
import { hostedProjects } from '../stacks/projects.ts';
import type { settings } from '../stacks/settings.ts';
import { ACME, type Box } from './box.ts';
import { madeUpSecrets } from './secrets.ts';
import { agentSocket } from './ssh-agent.ts';
import type { StackConfig } from './stack-config.ts';
import { cloudflare, repository } from './stand-ins.ts';

type SettingsInput = z.input<typeof settings>;
type Servers = NonNullable<SettingsInput['servers']>;
type ServerInput = Servers[string];

/** What encrypts the state of a box's stacks: the same each time, and nothing more to store. */
export function passphraseOf(box: Box): string {
  return createHmac('sha256', box.privateKey).update('state').digest('hex');
}

function serverOf(box: Box, zone: string): ServerInput {
  return {
    host: box.host,
    port: box.sshPort,
    user: box.user,
    hostKey: box.hostKey,
    agentSocketPath: agentSocket(box),
    // As the box sees itself, because its ACME CA looks the names up and visits them.
    addresses: { ipv4: '127.0.0.1' },
    dns: { backend: 'powerdns', zones: [zone] },
    acme: { email: `admin@${zone}`, ...ACME },
  };
}

/** The servers of `Pulumi.production.yaml`, in the box. */
export function sandboxServers(box: Box, environment: Stage['environment']): Servers {
  const oneQ = serverOf(box, 'codeb.one-q.xyz');
  return {
    'one-q': {
      ...oneQ,
      // One stack has the record sets of the server itself.
      dns: {
        backend: 'powerdns',
        zones: ['codeb.one-q.xyz'],
        wildcards: environment === 'production' ? ['*.codeb.one-q.xyz'] : [],
      },
      ports: {
        production: { app: { from: 4000, to: 4399 } },
        staging: { app: { from: 4400, to: 4699 } },
        preview: { app: { from: 4700, to: 4999 } },
      },
    },
    codeb: { ...serverOf(box, 'codeb.dev'), acme: oneQ.acme },
  };
}

type Chosen = NonNullable<SettingsInput['projects']>;

/** The first users: the registry of the box has their images, and the box their servers. */
const everything: Chosen = {
  'celly-creative': {},
  'code-battle': {},
  codeb: {},
  paintshare: {},
  sprintsolo: { chats: [{ id: 'abc123', created: 1764547200 }] },
};

interface Changes {
  readonly projects?: Chosen | undefined;
  readonly protectData?: boolean | undefined;
}

/** The settings of a stack of the box. */
export function sandboxSettings(box: Box, stage: Stage, { projects = everything, protectData }: Changes = {}): object {
  return {
    ...stage,
    servers: sandboxServers(box, stage.environment),
    cloudflare,
    projects,
    ...(stage.environment === 'production' && { repository }),
    ...(protectData !== undefined && { protectData }),
  };
}

/** The same as `configure` takes it, with a value for each secret variable. */
export function sandboxConfig(box: Box, stage: Stage, changes: Changes = {}): StackConfig {
  const settings = sandboxSettings(box, stage, changes);
  const planned = plan({ settings, projects: hostedProjects });
  if (planned.kind === 'refused') throw new Error(planned.problems.map(describe).join('\n'));
  const variables = madeUpSecrets(planned.plan, box.privateKey);
  return {
    plain: Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [
        `codeb:${key}`,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
    secrets: {
      'codeb:fingerprintKey': createHmac('sha256', box.privateKey).update('fingerprints').digest('hex'),
      ...Object.fromEntries(
        Object.entries(variables).flatMap(([project, values]) =>
          Object.entries(values).map(([name, value]) => [`codeb:variables.${project}.${name}`, value]),
        ),
      ),
    },
  };
}
