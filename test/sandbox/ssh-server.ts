/** A small SSH server in this process, for the stand-in of the command provider to run commands on. */
import ssh2 from 'ssh2';
import { keyPair } from './ssh-keys.ts';

const { Server } = ssh2;

export interface Run {
  readonly command: string;
  readonly stdin: string;
}

/** What a command does: output and exit code. */
export type Behaviour = (run: Run) => { stdout?: string; stderr?: string; code?: number } | 'cut off';

export interface SshServer {
  readonly port: number;
  readonly hostKey: string;
  readonly privateKey: string;
  /** Every command that was run, in order. */
  readonly runs: Run[];
  close(): Promise<void>;
}

const host = keyPair();
const client = keyPair();

export function startSshServer(behave: Behaviour): Promise<SshServer> {
  const runs: Run[] = [];
  const server = new Server({ hostKeys: [host.private] }, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (attempt) => {
      const given = attempt.method === 'publickey' ? attempt.key.data.toString('base64') : undefined;
      if (attempt.username === 'root' && given !== undefined && client.public.endsWith(given)) attempt.accept();
      else attempt.reject(['publickey']);
    });
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        let stdin = '';
        channel.on('data', (chunk: Buffer) => {
          stdin += chunk;
        });
        channel.on('end', () => {
          const run = { command, stdin };
          runs.push(run);
          const does = behave(run);
          if (does === 'cut off') {
            connection.end();
            return;
          }
          if (does.stderr !== undefined) channel.stderr.write(does.stderr);
          if (does.stdout !== undefined) channel.write(does.stdout);
          channel.exit(does.code ?? 0);
          channel.end();
        });
      });
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
        runs,
        close: () => new Promise((closed) => server.close(() => closed())),
      });
    });
  });
}
