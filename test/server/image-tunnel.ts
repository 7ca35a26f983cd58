/** The images of the tests' server for another box, whose Docker finds them at a registry on its own loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { Box } from '../../sandbox/box.ts';
import { sshArguments } from '../../sandbox/ssh.ts';
import { waitFor } from '../../sandbox/wait.ts';

/** As the box calls it; Docker asks a registry on loopback without TLS. */
export const registryInBox = '127.0.0.1:5000';

export interface ImageTunnel {
  /** For the provider `docker`, which asks the same registry from here. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @param registryPort of the box whose registry is full */
export async function openImageTunnel(box: Box, registryPort: number): Promise<ImageTunnel> {
  const server = proxyOf(registryPort);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  const forward = ['-N', '-o', 'ExitOnForwardFailure=yes', '-R', `${registryInBox}:127.0.0.1:${port}`];
  const ssh = spawn('ssh', [...forward, ...(await sshArguments(box))], { stdio: 'ignore' });
  await waitFor('the registry in the box', 20_000, async () => {
    const { code } = await box.exec(`exec 3<>/dev/tcp/${registryInBox.replace(':', '/')}`);
    return code === 0 || undefined;
  });
  const mirrors = { 'docker.io': `http://127.0.0.1:${port}`, [registryInBox]: `http://127.0.0.1:${port}` };
  return {
    environment: { CODEB_REGISTRY_MIRRORS: JSON.stringify(mirrors) },
    close: () => close(ssh, server),
  };
}

/** Docker Hub's images are in a folder of the registry, which a mirror of it has not. */
function proxyOf(registryPort: number): Server {
  return createServer((asked, answer) => {
    const path = (asked.url ?? '').replace(/^\/v2\/library\//, '/v2/docker.io/library/');
    const { method, headers } = asked;
    const onward = request({ host: '127.0.0.1', port: registryPort, path, method, headers }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
}

async function close(ssh: ChildProcess, server: Server): Promise<void> {
  const ended = once(ssh, 'exit');
  ssh.kill();
  await ended;
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}
