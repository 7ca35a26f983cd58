/** The way to an engine: `unix:///path`, or `ssh://user@host:port/path` through a socket at the other end. */
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { dial } from '../command-provider/dial.ts';
import { sshOptionsOf } from './ssh-options.ts';

/** Opens one more connection to the engine. */
export type Connect = () => Promise<Duplex>;

const usualSocket = '/var/run/docker.sock';

/** @throws Error for a way that the stand-in does not know. */
export function wayTo(host: string, sshOpts: readonly string[]): Connect {
  const url = new URL(host);
  switch (url.protocol) {
    case 'unix:':
      return () => openSocket(url.pathname);
    case 'ssh:':
      return throughSsh(url, sshOpts);
    default:
      throw new Error(
        `the stand-in of the docker provider reaches unix:// and ssh:// only; ${host} needs the official one`,
      );
  }
}

function openSocket(path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', (error) => reject(new Error(`no engine at ${path}: ${error.message}`)));
  });
}

/** One SSH connection for all, a channel each. */
function throughSsh(url: URL, sshOpts: readonly string[]): Connect {
  const [user, port] = [decodeURIComponent(url.username) || 'root', Number(url.port || 22)];
  const socket = url.pathname === '' || url.pathname === '/' ? usualSocket : url.pathname;
  let client: Promise<Client> | undefined;
  return async () => {
    client ??= dial({
      ...sshOptionsOf(sshOpts, url.hostname, port),
      ...{ host: url.hostname, port, user, dialErrorLimit: 3, perDialTimeout: 15 },
    });
    const connected = await client.catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    connected.once('close', () => {
      client = undefined;
    });
    return await new Promise((resolve, reject) => {
      connected.openssh_forwardOutStreamLocal(socket, (error, channel) =>
        error ? reject(new Error(`${url.host}: no engine at ${socket}: ${error.message}`)) : resolve(channel),
      );
    });
  };
}
