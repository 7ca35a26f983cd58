/** One SSH connection to a server: pinned host keys, through a bastion if there is one. */
import { Client, type ConnectConfig } from 'ssh2';
import { Unreachable } from './operation-error.ts';
import type { Connection } from './schema.ts';

type Endpoint = NonNullable<Connection['bastion']>;

/** Milliseconds until a server that does not answer counts as unreachable. */
const handshakeTimeout = 15_000;

/**
 * Opens the connection.
 *
 * Errors name the server and what is wrong: unreachable, another host key than the pinned one, a refused login.
 */
export async function connect({ bastion, ...server }: Connection): Promise<Client> {
  if (!bastion) return open(server);
  const jump = await open(bastion);
  try {
    const socket = await new Promise<NonNullable<ConnectConfig['sock']>>((resolve, reject) =>
      jump.forwardOut('127.0.0.1', 0, server.host, server.port, (error, channel) =>
        error
          ? reject(new Unreachable(`${at(bastion)} does not lead to ${at(server)}: ${error.message}`))
          : resolve(channel),
      ),
    );
    const client = await open(server, socket);
    client.once('close', () => jump.end());
    return client;
  } catch (error) {
    jump.end();
    throw error;
  }
}

function open(endpoint: Endpoint, sock?: ConnectConfig['sock']): Promise<Client> {
  const [keyType = '', pinned = ''] = endpoint.hostKey.split(/\s+/);
  let presented: string | undefined;
  const agent = endpoint.agentSocketPath ?? process.env.SSH_AUTH_SOCK;
  const client = new Client();
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(new Unreachable(explain(endpoint, error, presented)));
    client.once('ready', () => resolve(client));
    client.once('error', refuse);
    const options: ConnectConfig = {
      host: endpoint.host,
      port: endpoint.port,
      username: endpoint.user,
      ...(endpoint.privateKey !== undefined && { privateKey: endpoint.privateKey }),
      ...(agent !== undefined && { agent }),
      ...(sock && { sock }),
      // Not the method 'none' first, by which SSH asks for the others: a round trip.
      authHandler: [
        ...(endpoint.privateKey === undefined ? [] : (['publickey'] as const)),
        ...(agent === undefined ? [] : (['agent'] as const)),
      ],
      readyTimeout: handshakeTimeout,
      keepaliveInterval: 15_000,
      algorithms: {
        serverHostKey: keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [keyType as 'ssh-ed25519'],
      },
      hostVerifier: (key: Buffer) => {
        if (key.toString('base64') === pinned) return true;
        presented = key.toString('base64');
        return false;
      },
    };
    try {
      client.connect(options);
    } catch (error) {
      refuse(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function at({ user, host, port }: Endpoint): string {
  return `${user}@${host}:${port}`;
}

function explain(endpoint: Endpoint, error: Error & { level?: string }, presented: string | undefined): string {
  const nothing = 'nothing was sent';
  if (presented !== undefined) {
    const type = endpoint.hostKey.split(' ')[0];
    return `${at(endpoint)} shows another host key than the pinned one: expected ${endpoint.hostKey}, got ${type} ${presented}; ${nothing}`;
  }
  if (/host key|no matching/i.test(error.message)) {
    return `${at(endpoint)} has no host key of the pinned type '${endpoint.hostKey.split(' ')[0]}'; ${nothing}`;
  }
  if (error.level === 'client-authentication') {
    const keys = endpoint.privateKey === undefined ? 'with the keys of the SSH agent' : 'with the given key';
    return `${at(endpoint)} refuses the login ${keys}; ${nothing}`;
  }
  if (/privateKey|key format|parse/i.test(error.message)) {
    return `the private key for ${at(endpoint)} cannot be used: expected an unencrypted OpenSSH or PEM key; ${nothing}`;
  }
  return `${at(endpoint)} cannot be reached: ${error.message}; ${nothing}`;
}
