import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Box, stateFolder } from './box.ts';
import { privateKeyPath } from './keys.ts';

/** Arguments of ssh(1) for a login in the box, its host key pinned in a file of its own. */
export async function sshArguments({ name, host, sshPort, user, hostKey }: Box): Promise<string[]> {
  const folder = stateFolder(name);
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(knownHosts, `[${host}]:${sshPort} ${hostKey}\n`);
  const options = { UserKnownHostsFile: knownHosts, StrictHostKeyChecking: 'yes', IdentitiesOnly: 'yes' };
  const flags = Object.entries(options).flatMap(([option, value]) => ['-o', `${option}=${value}`]);
  return ['-i', privateKeyPath(folder), '-p', String(sshPort), ...flags, `${user}@${host}`];
}
