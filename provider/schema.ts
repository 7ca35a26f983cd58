/** What the `codeb` provider takes and gives: one zod schema a resource, the types inferred from it. */
import { z } from 'zod';
import { referencedPasswords, referencedSecrets } from './secret-reference.ts';
import { unknown } from './property-values.ts';
import { serviceOf } from './quadlet.ts';

/** A label of a DNS name (RFC 1123), lower case. Units, folders and containers are named after it. */
export const slug = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and inner hyphens (RFC 1123)');

const port = z.int().min(1).max(65535);
const absolutePath = z.string().regex(/^\/[\w@.:/-]+$/, 'expected an absolute path of plain characters');
const relativePath = z
  .string()
  .regex(/^[\w@.-]+(\/[\w@.-]+)*$/, 'expected a relative path of plain characters')
  .refine((path) => !path.split('/').includes('..'), 'must not leave the project folder');
const mode = z.string().regex(/^0[0-7]{3}$/, "expected an octal mode such as '0640'");
const hostKey = z.string().regex(/^(ssh-ed25519|ecdsa-sha2-nistp\d+|ssh-rsa) \S+/, "expected 'ssh-ed25519 AAAA…'");

const endpoint = z.strictObject({
  /** Name or address at which sshd answers. */
  host: z.string().min(1),
  /** Port of sshd. */
  port: port.default(22),
  /** Who logs in. */
  user: z.string().min(1).default('root'),
  /** PEM or OpenSSH; without one, the keys of an SSH agent. The engine's log at level 9 shows what passes through it. */
  privateKey: z.string().optional(),
  /** The agent's socket; `SSH_AUTH_SOCK` without one. */
  agentSocketPath: z.string().optional(),
  /** The server's public key, pinned: another one ends the connection before anything is sent. */
  hostKey,
});

/** How the provider reaches one server. */
export const connection = endpoint.extend({
  /** Another server on the way there. */
  bastion: endpoint.optional(),
});

/** Where the record sets of a provider live; both are asked from the server itself, which alone has the secret. */
export const dnsBackend = z.discriminatedUnion('backend', [
  /** PowerDNS's HTTP API. */
  z.strictObject({
    backend: z.literal('powerdns'),
    /** Without `/api`, as the server itself reaches it. */
    url: z.url(),
  }),
  /** Dynamic updates (RFC 2136) signed with TSIG (RFC 8945). */
  z.strictObject({
    backend: z.literal('rfc2136'),
    /** The name server, as the server itself reaches it. */
    server: z.string().min(1),
    /** Its port. */
    port: port.default(53),
    /** What updates are signed with. */
    tsig: z.strictObject({
      /** Name of the key. */
      name: z.string().min(1),
      /** As nsupdate(1) calls it. */
      algorithm: z.string().default('hmac-sha256'),
    }),
  }),
]);

export const providerConfig = z.strictObject({
  connection,
  /** How commands become root's: logged in as root, or through `sudo -n`. */
  privilege: z.enum(['root', 'sudo']),
  /** Needed by record sets. */
  dns: dnsBackend.optional(),
});

const leaseOwner = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "expected '{slug}/{purpose}'");

export const portLease = z.strictObject({
  /** Who holds the lease, for instance `celly-creative/app`: the same owner gets the same port. */
  owner: leaseOwner,
  /** Both ends included. */
  range: z.strictObject({
    /** The first port. */
    from: port,
    /** The last one. */
    to: port,
  }),
  /** Ports of the range that are never given. */
  reserved: z.array(port).default([]),
  /** Owners whose turn comes first: those of them that have no port of the range yet are left one each. */
  before: z.array(leaseOwner).default([]),
  /** Exactly this port, or a refusal that names its holder. */
  port: port.optional(),
});

export const password = z.strictObject({
  /** Whose it is, for people. */
  owner: z.string(),
  /** File on the server that alone keeps the value (mode 0600): it outlives a lost update and a lost state. */
  path: absolutePath,
  /** Characters, of letters and digits: safe in a URL. */
  length: z.int().min(16).max(128).default(32),
});

const file = z.strictObject({
  /** Its text; `{{password path}}` and `{{secret NAME}}` give way to the values on the server. */
  content: z.string(),
  /** In octal. */
  mode: mode.default('0640'),
});

const unit = z.strictObject({
  /** Its text: podman-systemd.unit(5). */
  content: z.string(),
  /** Files of the workload whose change restarts this unit, beside its own. */
  restartOn: z.array(relativePath).default([]),
});

const unitName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*\.(container|pod|network|volume)$/, 'expected a Quadlet unit: *.container, *.pod, …');

const migration = z.strictObject({
  /** The container that would run the new image; its environment files are the migration's. */
  service: z.string().regex(/^[a-z0-9][a-z0-9-]*\.service$/),
  /** The new image, which is there before anything else changes. */
  image: z.string().min(1),
  /** What it runs. */
  command: z.array(z.string().min(1)).min(1),
  /** Folder of `.sql` files in the image, which are looked at before they run. */
  folder: absolutePath,
  /** Files of the workload with its variables. */
  environmentFiles: z.array(relativePath),
  /** Where its database is in an instance that workloads share. */
  shared: z
    .strictObject({
      /** The instance's container. */
      container: z.string().min(1),
      /** The database in it. */
      database: z.string().min(1),
    })
    .optional(),
  /** Seconds. */
  deadline: z.int().min(1).max(3600),
  /** What becomes of statements that take something away; where they may be named, `contracts` names them. */
  destructive: z.enum(['refused', 'named', 'allowed']),
  /** Files whose destructive statements are meant, where they may be named. */
  contracts: z.array(z.string()).default([]),
});

const healthCheck = z.strictObject({
  /** The systemd service behind the check; its journal is shown when the check fails. */
  service: z.string().regex(/^[a-z0-9][a-z0-9-]*\.service$/),
  /** Asked from the server until it answers with success. */
  url: z.union([z.literal(unknown), z.url()]),
  /** Seconds; S4.3 gives 30 tries of 10 s. */
  deadline: z.int().min(1).max(3600).default(300),
});

export const workloadSet = z.strictObject({
  /** Name of the set on its server, which belongs to one stack. */
  slug,
  /** The project's folder on the server. */
  directory: absolutePath,
  /** Folders below it and their modes: made when missing, never removed with what is in them. */
  folders: z.record(relativePath, mode).default({}),
  /** By their path below the folder. */
  files: z.record(relativePath, file).default({}),
  /** Quadlet units by their file names. */
  units: z.record(unitName, unit).default({}),
  /** Passwords that files name (`secret-reference.ts`): their fingerprints by path. Another one fills them anew. */
  passwords: z.record(absolutePath, z.string()).default({}),
  /** Secret variables that files name (`secret-reference.ts`): their fingerprints. Another one fills them anew. */
  secrets: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
  /** Their values, lines of `NAME=value` sealed for the server alone (age-encryption.org/v1); another text each time. */
  sealed: z.string().default(''),
  /** What changes a database's schema before the services change. */
  migrations: z.array(migration).default([]),
  /** What decides whether a change holds. */
  health: z.array(healthCheck).default([]),
  /** What a delete does with the project's folder. */
  onDelete: z.enum(['keep', 'archive', 'remove']).default('keep'),
  /** systemd's state by service, filled in: always `active`. Another one, or a changed file, shows as drift. */
  status: z.record(z.string(), z.string()).default({}),
});

export const workload = workloadSet
  .superRefine(({ files, passwords, secrets, sealed }, context) => {
    if (sealed === '' && Object.keys(secrets).length > 0) {
      const message = 'is empty: the server has told no key to seal secret variables to; prepare it again';
      context.addIssue({ code: 'custom', path: ['sealed'], message });
    }
    for (const [path, { content }] of Object.entries(files)) {
      const unnamed = [
        ...referencedPasswords(content).filter((password) => !(password in passwords)),
        ...referencedSecrets(content).filter((name) => !(name in secrets)),
      ];
      const message = `names passwords or secrets that the workload was not given: ${unnamed.join(', ')}`;
      if (unnamed.length > 0) context.addIssue({ code: 'custom', path: ['files', path, 'content'], message });
    }
  })
  .transform((set) => ({
    ...set,
    status: Object.fromEntries(Object.keys(set.units).map((unit) => [serviceOf(unit), 'active'])),
  }));

export const caddySite = z.strictObject({
  /** Of the file `/etc/caddy/codeb/{name}.caddy`. */
  name: slug,
  /** Site addresses as Caddy reads them, for instance `celly-creative.codeb.one-q.xyz`. */
  addresses: z.array(z.string().min(1)).min(1),
  /** The whole site file. */
  content: z.string().min(1),
});

const dnsName = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/,
    'expected a DNS name, no final dot',
  );

export const recordType = z.enum(['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'CAA']);

export const recordSet = z
  .strictObject({
    /** Zone that it is in. */
    zone: dnsName,
    /** Whole name, which may begin with `*.`. */
    name: dnsName,
    /** What its values are. */
    type: recordType,
    /** Seconds. */
    ttl: z.int().min(1).max(2147483647).default(300),
    /** As one reads them: no final dot, no quotes. */
    values: z.array(z.string().min(1)).min(1),
  })
  .refine((set) => set.name === set.zone || set.name.endsWith(`.${set.zone}`), {
    path: ['name'],
    message: 'is outside of its zone',
  });

export type Connection = z.output<typeof connection>;
export type DnsBackend = z.output<typeof dnsBackend>;
export type ProviderConfig = z.output<typeof providerConfig>;
export type PortLeaseInputs = z.output<typeof portLease>;
export type PasswordInputs = z.output<typeof password>;
export type WorkloadInputs = z.output<typeof workload>;
export type Migration = z.output<typeof migration>;
export type CaddySiteInputs = z.output<typeof caddySite>;
export type RecordSetInputs = z.output<typeof recordSet>;
