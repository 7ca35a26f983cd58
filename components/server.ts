import * as command from '@pulumi/command';
import type { Provider as DockerProvider } from '@pulumi/docker/provider.js';
import * as pulumi from '@pulumi/pulumi';
import { connectionTo, type Keys, nameServerOf } from '../stacks/server-access.ts';
import type * as stacks from '../stacks/settings.ts';
import { CodebServer } from './codeb.ts';
import { dockerEngine } from './docker-engine.ts';
import { preparationOf } from './server/preparation.ts';

export interface ServerArgs {
  /** As the stack has them, parsed. */
  readonly settings: stacks.Server;
  /** Keys of SSH and of the DNS backend where they are not an SSH agent's and the server's own; secret from here on. */
  readonly credentials?: pulumi.Input<Keys>;
}

/**
 * A machine with Debian 12 or 13 or Ubuntu 24.04 or 26.04 and sshd, made into a codeb server: rootless Podman (or
 * Docker), Caddy and a name server, all from packages. On a machine that is one already nothing changes, and a delete
 * leaves it as it is.
 *
 * Errors are the preparation's own words; it can be cut off anywhere and run again.
 *
 * @example
 * // `server` of stacks/settings.ts fills in the defaults.
 * new Server('main', {
 *   settings: server.parse({
 *     host: 'server.example.org',
 *     hostKey: 'ssh-ed25519 AAAA…',
 *     addresses: { ipv4: '192.0.2.10' },
 *     dns: { backend: 'powerdns', zones: ['example.org'] },
 *     acme: { email: 'admin@example.org' },
 *   }),
 * })
 */
export class Server extends pulumi.ComponentResource {
  /** Acts on this server over one SSH connection. */
  readonly provider: CodebServer;
  /** Its Docker daemon, where that is the engine: its projects' containers are Docker's then. */
  readonly docker: DockerProvider | undefined;
  /** What runs on this server depends on it. */
  readonly prepared: command.remote.Command;
  /** The connection for a command of one's own; a secret. */
  readonly connection: pulumi.Output<command.types.input.remote.ConnectionArgs>;
  /** How commands of one's own become root's. */
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
        connection: secrets.apply((keys) => connectionTo(settings, keys)),
        privilege: settings.privilege,
        ...(settings.dns.backend !== 'none' && { dns: nameServerOf(settings.dns) }),
      },
      { parent: this },
    );
    const inside = { parent: this, prepared: this.prepared };
    this.docker = settings.engine === 'docker' ? dockerEngine(name, settings, inside) : undefined;
    this.registerOutputs();
  }
}

/** The preparation ends with it; a server that was prepared before it did has none until it is prepared again. */
function recipientIn(output: string): string {
  return /^recipient: (age1\S+)$/m.exec(output)?.[1] ?? '';
}

/** The same for the `command` provider, which says `proxy`. */
function commandConnection(settings: stacks.Server, keys: Keys): command.types.input.remote.ConnectionArgs {
  const { bastion, ...server } = connectionTo(settings, keys);
  return { ...server, ...(bastion && { proxy: bastion }) };
}
