/** The stack settings of the sandbox: one box under the names of both servers that the hosted projects name. */
import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import type { settings } from '../stacks/settings.ts';
import { ACME, type Box } from './box.ts';
import { agentSocket } from './ssh-agent.ts';
import type { StackConfig } from './stack-config.ts';

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
export function sandboxServers(box: Box, environment: 'production' | 'staging'): Servers {
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

/** What `configure` gives a stack; `more` are settings such as `projects`. */
export function sandboxConfig(
  box: Box,
  environment: 'production' | 'staging',
  more: Pick<SettingsInput, 'projects' | 'protectData'> & { readonly variables?: Record<string, Record<string, string>> } = {},
): StackConfig {
  const { variables = {}, projects } = more;
  const servers = sandboxServers(box, environment);
  return {
    plain: {
      'codeb:environment': environment,
      'codeb:servers': JSON.stringify(servers),
      ...(projects && { 'codeb:projects': JSON.stringify(projects) }),
    },
    secrets: Object.fromEntries(
      Object.entries(variables).flatMap(([project, values]) =>
        Object.entries(values).map(([name, value]) => [`codeb:variables.${project}.${name}`, value]),
      ),
    ),
  };
}
