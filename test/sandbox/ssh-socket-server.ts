/** A small SSH server in this process that lets a client through to sockets of this machine. */
import { connect } from 'node:net';
import ssh2 from 'ssh2';
import { keyPair } from './ssh-keys.ts';

const { Server } = ssh2;

export interface SocketServer {
  readonly port: number;
  readonly hostKey: string;
  readonly privateKey: string;
  /** Paths that were asked for. */
  readonly sockets: string[];
  close(): Promise<void>;
}

export function startSocketServer(): Promise<SocketServer> {
  const [host, client] = [keyPair(), keyPair()];
  const sockets: string[] = [];
  const server = new Server({ hostKeys: [host.private] }, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (attempt) => {
      const given = attempt.method === 'publickey' ? attempt.key.data.toString('base64') : undefined;
      if (given !== undefined && client.public.endsWith(given)) attempt.accept();
      else attempt.reject(['publickey']);
    });
    connection.on('openssh.streamlocal', (accept, _reject, { socketPath }) => {
      sockets.push(socketPath);
      const channel = accept();
      const socket = connect(socketPath);
      channel.pipe(socket).pipe(channel);
      channel.on('error', () => {});
      socket.on('error', () => channel.end());
      channel.on('close', () => socket.destroy());
    });
  });
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('the server has no port'));
      resolve({
        port: address.port,
        hostKey: host.public,
        privateKey: client.private,
        sockets,
        close: () => new Promise((closed) => server.close(() => closed())),
      });
    });
  });
}
