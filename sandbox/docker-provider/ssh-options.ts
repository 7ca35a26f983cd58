/** The options of ssh(1) that the provider is given as `sshOpts`, as far as they say who is at the other end. */
import { readFileSync } from 'node:fs';

export interface SshOptions {
  /** `ssh-ed25519 AAAA…`: a server that shows another key is not spoken to. */
  readonly hostKey: string;
  readonly privateKey?: string;
  readonly agentSocketPath?: string;
}

/** In the order in which the client prefers them. */
const keyTypes = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa'];

/**
 * Reads `-i FILE`, `-o IdentityFile=`, `-o IdentityAgent=` and `-o UserKnownHostsFile=`; the last is required, since a
 * host key that is not pinned is no host key.
 * @throws Error that names the option that is missing, or the file without a key of this server.
 */
export function sshOptionsOf(options: readonly string[], host: string, port: number): SshOptions {
  const given = new Map(pairs(options));
  const known = given.get('userknownhostsfile');
  if (known === undefined) {
    throw new Error(`${host}:${port} has no pinned host key: give sshOpts ["-o", "UserKnownHostsFile=…"]`);
  }
  const [identity, agent] = [given.get('identityfile'), given.get('identityagent')];
  return {
    hostKey: knownKey(known, host, port),
    ...(identity !== undefined && { privateKey: readFileSync(identity, 'utf8') }),
    ...(agent !== undefined && { agentSocketPath: agent }),
  };
}

function pairs(options: readonly string[]): [string, string][] {
  return options.flatMap((option, index): [string, string][] => {
    const next = options[index + 1] ?? '';
    if (option === '-i') return [['identityfile', next]];
    const [, name, value] = /^(\w+)[= ]+(.*)$/.exec(option === '-o' ? next : option.replace(/^-o/, '')) ?? [];
    return option.startsWith('-o') && name !== undefined && value !== undefined ? [[name.toLowerCase(), value]] : [];
  });
}

/** sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; names that are hashed cannot be read. */
function knownKey(path: string, host: string, port: number): string {
  const name = port === 22 ? host : `[${host}]:${port}`;
  const keys = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([names]) => names?.split(',').includes(name))
    .map(([, type = '', key = '']) => ({ type, key }));
  const found = keyTypes.map((type) => keys.find((one) => one.type === type)).find((one) => one !== undefined);
  if (!found) throw new Error(`${path} has no key of ${name}, so it is not known who is at the other end`);
  return `${found.type} ${found.key}`;
}
