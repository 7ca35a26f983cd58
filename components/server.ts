import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import type { credentials as credentialsSchema } from '../stacks/secrets.ts';
import type * as stacks from '../stacks/settings.ts';
import { CodebServer } from './codeb.ts';
import { preparationOf } from './server/preparation.ts';

export interface ServerArgs {
  readonly settings: stacks.Server;
  /** Keys of SSH and of the DNS backend where they are not an SSH agent's and the server's own; secret from here on. */
  readonly credentials?: pulumi.Input<Keys>;
}

type Keys = z.output<typeof credentialsSchema>[string];

/** On loopback of the server: the provider asks it over SSH. */
const powerDnsApi = 'http://127.0.0.1:8081';

/**
 * A machine with Debian 12, Debian 13 or Ubuntu 24.04 and sshd, made into a codeb server: rootless Podman, Caddy and a
 * name server, all from packages. On a machine that is one already nothing changes, and a delete leaves it as it is.
 *
 * Errors are the preparation's own words; it can be cut off anywhere and run again.
 */
export class Server extends pulumi.ComponentResource {
  /** Acts on this server over one SSH connection. */
  readonly provider: CodebServer;
  /** What runs on this server depends on it. */
  readonly prepared: command.remote.Command;
  /** The connection for a command of one's own; a secret. */
  readonly connection: pulumi.Output<command.types.input.remote.ConnectionArgs>;
  readonly privilege: stacks.Server['privilege'];
  /** What secrets are sealed to, so that this server alone opens them: age-encryption.org/v1. */
  readonly recipient: pulumi.Output<string>;

  constructor(name: string, { settings, credentials = {} }: ServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super('codeb:index:Server', name, {}, opts);
    const secrets = pulumi.secret(credentials);
    const preparation = preparationOf(settings);
    this.privilege = settings.privilege;
    this.connection = secrets.apply((keys) => commandConnection(settings, keys));
    this.prepared = new command.remote.Command(
      `${name}-prepared`,
      {
        connection: this.connection,
        create: preparation.command,
        stdin: secrets.apply(({ dnsSecret }) => preparation.stdin(dnsSecret)),
        // It would go into the environment, which sshd refuses.
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
    this.recipient = pulumi.unsecret(this.prepared.stdout).apply(recipientIn);
    this.provider = new CodebServer(
      name,
      {
        connection: secrets.apply((keys) => connection(settings, keys)),
        privilege: settings.privilege,
        ...(settings.dns.backend !== 'none' && { dns: dnsBackend(settings.dns) }),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

/** The preparation ends with it; a server that was prepared before it did has none until it is prepared again. */
function recipientIn(output: string): string {
  return /^recipient: (age1\S+)$/m.exec(output)?.[1] ?? '';
}

/** A key of the stack where there is one, and an SSH agent beside it. */
function keyOf({ agentSocketPath }: stacks.Server, privateKey: string | undefined) {
  return {
    ...(privateKey !== undefined && { privateKey }),
    ...(agentSocketPath !== undefined && { agentSocketPath }),
  };
}

function connection(settings: stacks.Server, { privateKey, bastionPrivateKey }: Keys) {
  const { host, port, user, hostKey, bastion } = settings;
  const bastionKey = keyOf(settings, bastionPrivateKey ?? privateKey);
  return {
    ...{ host, port, user, hostKey, ...keyOf(settings, privateKey) },
    ...(bastion && { bastion: { ...bastion, ...bastionKey } }),
  };
}

/** The same for the `command` provider, which says `proxy`. */
function commandConnection(settings: stacks.Server, keys: Keys): command.types.input.remote.ConnectionArgs {
  const { bastion, ...server } = connection(settings, keys);
  return { ...server, ...(bastion && { proxy: bastion }) };
}

function dnsBackend(dns: Exclude<stacks.Server['dns'], { backend: 'none' }>) {
  if (dns.backend === 'powerdns') return { backend: 'powerdns' as const, url: powerDnsApi };
  const { server, port, tsig } = dns;
  return { backend: 'rfc2136' as const, server, port, tsig };
}
