import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { zonesOn } from '../../stacks/records.ts';
import { hasOwnNameServer, type Server } from '../../stacks/settings.ts';
import { dockerPackages, packages } from './packages.ts';

/** A command for the server's login shell, and what it reads from its standard input. */
export interface Preparation {
  /** Short, because Pulumi repeats it in errors; names each setting that is no secret, so that a preview shows them. */
  readonly command: string;
  /** The script in base64, then the DNS backend's secret, if one is given, to the end of the line. */
  stdin(dnsSecret?: string): string;
}

const parts = ['steps', 'packages', 'account', 'docker', 'caddy', 'powerdns', 'bind9', 'main'];

/** What turns a machine with only sshd into a codeb server; changes nothing on one that is. */
export function preparationOf(server: Server): Preparation {
  const script = parts.map((part) => readFileSync(new URL(`prepare/${part}.sh`, import.meta.url), 'utf8')).join('\n');
  const version = createHash('sha256').update(script).digest('hex').slice(0, 8);
  // One line, because all of standard input counts as secret and its lines are blotted out of messages.
  const encoded = Buffer.from(script).toString('base64');
  const run = `bash -c 'eval "$(head -c ${encoded.length} | base64 -d)"' prepare@${version}`;
  const settings = Object.entries(settingsOf(server)).map(([name, value]) => quoted(`${name}=${value}`));
  return {
    command: [server.privilege === 'sudo' ? 'sudo -n' : [], run, settings].flat().join(' '),
    stdin: (dnsSecret = '') => `${encoded}${dnsSecret}\n`,
  };
}

function settingsOf({ acme, addresses, dns, engine }: Server): Record<string, string> {
  return {
    tool_packages: packages.tools.join(' '),
    ...engineSettingsOf(engine),
    acme_email: acme.email,
    ...(acme.directory !== undefined && { acme_directory: acme.directory }),
    ...(acme.trustedRoot !== undefined && { acme_root: acme.trustedRoot }),
    ipv4: addresses.ipv4,
    ...(addresses.ipv6 !== undefined && { ipv6: addresses.ipv6 }),
    zones: zonesOn({ dns }).join(' '),
    ...dnsSettingsOf(dns),
  };
}

function engineSettingsOf(engine: Server['engine']): Record<string, string> {
  if (engine === 'docker') {
    const { account, daemon } = dockerPackages;
    return { engine, account_packages: account.join(' '), docker_packages: daemon.join(' ') };
  }
  return { engine, podman_packages: packages.podman.join(' '), rootless_packages: packages.rootless.join(' ') };
}

/** A name server on loopback is this machine's own, so it is prepared as well. */
function dnsSettingsOf(dns: Server['dns']): Record<string, string> {
  if (dns.backend === 'powerdns') return { dns: 'powerdns', powerdns_packages: packages.powerdns.join(' ') };
  if (dns.backend === 'none' || !hasOwnNameServer({ dns })) return { dns: 'elsewhere' };
  return {
    dns: 'bind9',
    bind9_packages: packages.bind9.join(' '),
    dns_port: String(dns.port),
    tsig_name: dns.tsig.name,
    tsig_algorithm: dns.tsig.algorithm,
  };
}

/** POSIX shell quoting. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
