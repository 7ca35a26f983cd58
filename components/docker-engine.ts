import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { remote } from '@pulumi/command';
import { Provider } from '@pulumi/docker/provider.js';
import * as pulumi from '@pulumi/pulumi';
import type * as stacks from '../stacks/settings.ts';

/**
 * Docker's client for one server: `ssh://user@host:port`, with a key of an SSH agent and the server's own key pinned.
 * The login is in the group `docker` there, or is root. Source: https://docs.docker.com/engine/security/protect-access/
 */
export function dockerEngine(
  name: string,
  settings: stacks.Server,
  { parent, prepared }: { parent: pulumi.Resource; prepared: remote.Command },
): Provider {
  const { user, host, port, hostKey, agentSocketPath } = settings;
  const line = `${port === 22 ? host : `[${host}]:${port}`} ${hostKey}`;
  const options = {
    StrictHostKeyChecking: 'yes',
    BatchMode: 'yes',
    UserKnownHostsFile: knownHosts(line),
    // The same where that file is not: a refresh runs no program, perhaps on another machine. Source: ssh_config(5).
    KnownHostsCommand: `/bin/echo ${line}`,
    ...(agentSocketPath !== undefined && { IdentityAgent: agentSocketPath }),
  };
  // Open until the server is prepared: before, there is no engine that a plugin could look for.
  const address = pulumi.unsecret(prepared.stdout).apply(() => `ssh://${user}@${host}:${port}`);
  const sshOpts = Object.entries(options).flatMap(([option, value]) => ['-o', `${option}=${value}`]);
  return new Provider(name, { host: address, sshOpts }, { parent });
}

/** A file with this one line: ssh(1) takes no host key on its command line. */
function knownHosts(line: string): string {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'codeb-infra', 'known-hosts');
  const path = join(folder, createHash('sha256').update(line).digest('hex').slice(0, 16));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${line}\n`);
  return path;
}
