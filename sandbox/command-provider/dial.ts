import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ConnectConfig } from 'ssh2';
import type { Connection, Endpoint } from './schema.ts';

/** Milliseconds between two tries: https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/util/retry */
const firstPause = 100;
const pauseGrowth = 1.5;
const longestPause = 5_000;

type Socket = NonNullable<ConnectConfig['sock']>;

/**
 * Opens an SSH connection, through the proxy if there is one.
 * @throws Error that names the server: out of reach after every try, another host key, a login that is refused.
 */
export async function dial({ proxy, ...server }: Connection): Promise<Client> {
  if (proxy === undefined) return await dialOne(server);
  const jump = await dialOne(proxy);
  try {
    const client = await dialOne(server, () => forward(jump, server));
    client.once('close', () => jump.end());
    return client;
  } catch (error) {
    jump.end();
    throw error;
  }
}

/** A refusal is final; a server that cannot be reached may still be booting. */
async function dialOne(endpoint: Endpoint, socket?: () => Promise<Socket>): Promise<Client> {
  for (let attempt = 0, pause = firstPause; ; attempt++, pause = Math.min(pause * pauseGrowth, longestPause)) {
    try {
      return await open(endpoint, await socket?.());
    } catch (error) {
      const limit = endpoint.dialErrorLimit;
      if (error instanceof Refusal || (limit >= 0 && attempt >= limit)) throw error;
      await delay(pause);
    }
  }
}

class Refusal extends Error {}

function forward(jump: Client, { host, port }: Endpoint): Promise<Socket> {
  return new Promise((resolve, reject) => {
    jump.forwardOut('127.0.0.1', 0, host, port, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

function open(endpoint: Endpoint, sock?: Socket): Promise<Client> {
  const [, pinned] = endpoint.hostKey?.trim().split(/\s+/) ?? [];
  const at = `${endpoint.user}@${endpoint.host}:${endpoint.port}`;
  const client = new Client();
  let presented: string | undefined;
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client));
    client.once('error', (error) => {
      if (presented !== undefined) {
        const expected = `expected ${endpoint.hostKey}, got ${presented}`;
        return reject(new Refusal(`${at} shows another host key than the pinned one: ${expected}; nothing was sent`));
      }
      const message = `${at}: ${error.message}`;
      reject(error.level === 'client-authentication' ? new Refusal(message) : new Error(message));
    });
    client.connect({
      ...credentialsOf(endpoint),
      ...(sock && { sock }),
      host: endpoint.host,
      port: endpoint.port,
      username: endpoint.user,
      readyTimeout: endpoint.perDialTimeout * 1000,
      keepaliveInterval: 15_000,
      hostVerifier: (key: Buffer) => {
        if (pinned === undefined || key.toString('base64') === pinned) return true;
        // The blob begins with its type's name: RFC 4253, section 6.6.
        presented = `${key.toString('utf8', 4, 4 + key.readUInt32BE(0))} ${key.toString('base64')}`;
        return false;
      },
    });
  });
}

function credentialsOf({ privateKey, privateKeyPassword, password, agentSocketPath }: Endpoint): ConnectConfig {
  const agent = agentSocketPath ?? process.env.SSH_AUTH_SOCK;
  return {
    ...(privateKey !== undefined && { privateKey }),
    ...(privateKeyPassword !== undefined && { passphrase: privateKeyPassword }),
    ...(password !== undefined && { password, tryKeyboard: true }),
    ...(agent !== undefined && { agent }),
  };
}
