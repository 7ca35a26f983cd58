/** A stack's settings: what `Pulumi.<stack>.yaml` says under `codeb:`, without the secrets. */
import { SocketAddress } from 'node:net';
import { z } from 'zod';
import { chat, pagesLimits } from './cloudflare.ts';
import { environmentNames, type PortRange } from './environments.ts';
import { ownRepository } from './github.ts';
import { image } from './image.ts';
import { dnsName, label } from './names.ts';
import { namespace } from './namespace.ts';

const port = z.int().min(1).max(65535);
const hostKey = z
  .string()
  .regex(
    /^(ssh-ed25519|ecdsa-sha2-nistp\d+|ssh-rsa) [A-Za-z0-9+/=]+$/,
    "expected a public key such as 'ssh-ed25519 AAAA…'; `ssh-keyscan -t ed25519 <host>` prints it",
  );

const range: z.ZodType<PortRange, PortRange> = z
  .strictObject({ from: port, to: port })
  .refine(({ from, to }) => from <= to, { message: '`from` is above `to`' });

const endpoint = z.strictObject({
  /** Name or address at which sshd answers. */
  host: z.string().min(1),
  /** Port of sshd. */
  port: port.default(22),
  /** Who logs in. */
  user: z.string().min(1).default('root'),
  /** The server's public key (ssh-keyscan(1) prints it after the address), pinned: with another one nothing is sent. */
  hostKey,
});

/** Zones that it answers for. */
const zones = z.array(dnsName).min(1);
/** Names that answer for every host below them: in one stack of the server only. */
const wildcard = z.string().refine((name) => name.startsWith('*.') && dnsName.safeParse(name.slice(2)).success, {
  message: "expected a name such as '*.codeb.dev'",
});
/** Names that answer for every host below them, in one stack of a server only: `*.example.org`. */
const wildcards = z.array(wildcard).default([]);

const dns = z.discriminatedUnion('backend', [
  /** Its names are in zones on Cloudflare. */
  z.strictObject({ backend: z.literal('none') }),
  /** PowerDNS on the server, by its HTTP API. */
  z.strictObject({
    backend: z.literal('powerdns'),
    zones,
    wildcards,
  }),
  /** Dynamic updates (RFC 2136) signed with TSIG: BIND9 on the server, or any other one. */
  z.strictObject({
    backend: z.literal('rfc2136'),
    /** The name server as seen from the server itself. */
    server: z
      .string()
      .regex(/^[\w.:-]+$/, 'expected a name or an address')
      .default('127.0.0.1'),
    /** Its port; on 127.0.0.1 and another port than 53, BIND9 listens there alone. */
    port: port.default(53),
    zones,
    wildcards,
    /** What updates are signed with (RFC 8945); its secret is the server's own, or in `codeb:credentials`. */
    tsig: z.strictObject({
      /** Name of the key. */
      name: z.string().regex(/^[\w.-]+$/, 'expected letters, digits, _, . and -'),
      /** As nsupdate(1) calls it. */
      algorithm: z
        .string()
        .regex(/^hmac-[a-z0-9-]+$/, "expected one such as 'hmac-sha256'")
        .default('hmac-sha256'),
    }),
  }),
]);

/** Where Caddy gets certificates from. */
const acme = z.strictObject({
  /** Where the CA writes about certificates that are about to expire. */
  email: z.email(),
  /** Directory URL of the CA (RFC 8555, 7.1.1); Let's Encrypt where none is given. */
  directory: z
    .url()
    .regex(/^https?:\/\/[\w.:[\]-]+(\/[\w.~%/-]*)?$/, "expected a URL such as 'https://acme.example.org/directory'")
    .optional(),
  /** PEM file on the server with the root that signs the directory's own certificate. */
  trustedRoot: z
    .string()
    .regex(/^\/[\w@.:/-]+$/, 'expected an absolute path of plain characters')
    .optional(),
});

/** As name servers write it (RFC 5952), whose answers it is compared with. */
const ipv6 = z.ipv6({ abort: true }).overwrite((address) => new SocketAddress({ address, family: 'ipv6' }).address);

const poolRanges = z.strictObject({
  /** Of apps. */
  app: range.optional(),
  /** Of the projects' own PostgreSQL. */
  postgres: range.optional(),
  /** Of the projects' own Redis. */
  redis: range.optional(),
});

export const server = endpoint.extend({
  /** How commands become root's: logged in as root, or through `sudo -n`. */
  privilege: z.enum(['root', 'sudo']).default('root'),
  /** Socket of an SSH agent that holds the key; the one of `SSH_AUTH_SOCK` where none is given. */
  agentSocketPath: z.string().startsWith('/').optional(),
  /** Another server on the way there. */
  bastion: endpoint.optional(),
  /** What A and AAAA records point at. */
  addresses: z.strictObject({
    /** What A records say. */
    ipv4: z.ipv4(),
    /** What AAAA records say; there are none without it. */
    ipv6: ipv6.optional(),
  }),
  /** Who answers for the names of what runs on it. */
  dns,
  acme,
  /** Ranges of this server where they differ from `stacks/environments.ts`. */
  ports: z.partialRecord(z.enum(environmentNames), poolRanges).default({}),
  /** Never allotted, beside the system's own. */
  reservedPorts: z.array(port).default([]),
  /** What runs containers: Podman's Quadlet units without root, or a Docker daemon (docs/server.md, "Docker"). */
  engine: z.enum(['quadlet', 'docker']).default('quadlet'),
});

/** A server as a stack names it. Docker's client opens its own connection, by ssh(1), which pins no second key. */
const servers = z.record(
  label,
  server.refine(({ engine, bastion }) => engine !== 'docker' || !bastion, {
    path: ['bastion'],
    message: 'is no way to a server with engine docker: give the address that its sshd answers at',
  }),
);

const cloudflareId = z.string().regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits, as the dashboard shows them');

/** The API token is no setting: the provider reads it from `CLOUDFLARE_API_TOKEN`. */
const cloudflare = z.strictObject({
  /** The account, as the dashboard shows it. */
  accountId: cloudflareId,
  /** Zones of the account in which names are made. */
  zones: z
    .record(
      dnsName,
      z.strictObject({
        /** The zone, as the dashboard shows it. */
        id: cloudflareId,
        /** Whether Cloudflare answers for names of servers and passes on what they are asked, with the visitor's address. */
        proxied: z.boolean().default(false),
      }),
    )
    .default({}),
  /**
   * Pages projects that the account takes, those of other stacks and of other people included. Cloudflare raises its 100
   * on request; a lower number keeps places free.
   */
  pagesProjects: z.int().min(0).default(pagesLimits.projectsPerAccount),
});

const chosenProject = z.strictObject({
  /**
   * `chats`: the stack has the sites of these chats and nothing else of the project, which another stack of the environment
   * has. In layout `project` alone, and in no preview.
   */
  only: z.literal('chats').optional(),
  /** In place of the server that the project file names. */
  server: label.optional(),
  /** In place of the images that the project file names, by app and worker: what a deploy changes. */
  images: z.record(label, image).default({}),
  /** In place of the project's own: how a feature is switched off at night, and without a restart. */
  switches: z.record(z.string(), z.boolean()).default({}),
  /** Sites of a project that has one a chat. */
  chats: z.array(chat).default([]),
});

const common = {
  /** The servers, by the names that projects and `codeb:credentials` use. */
  servers: servers.default({}),
  /** The projects that this stack runs; without it, every project that names the environment. A preview names one. */
  projects: z.record(z.string(), chosenProject).optional(),
  /** What of Cloudflare's the stack may use. The API token is no setting: the provider reads `CLOUDFLARE_API_TOKEN`. */
  cloudflare: cloudflare.optional(),
  /** Whether Pulumi refuses to delete what holds data; the environment's rule where nothing is said. */
  protectData: z.boolean().optional(),
};

/** Number of the pull request that it is a preview of. */
const pullRequest = z.int('expected the number of the pull request').min(1);

export const settings = z.discriminatedUnion('environment', [
  /** Data is protected, and no image has a tag that moves. */
  z.strictObject({
    environment: z.literal('production'),
    /**
     * The repository that this program lives in: a pull request to its `main` or `develop` has to pass the checks of
     * the workflow Preview. GitHub has no such rule where nothing is said.
     */
    repository: ownRepository.optional(),
    ...common,
  }),
  /** As production, with what `develop` has. */
  z.strictObject({ environment: z.literal('staging'), ...common }),
  /** One pull request of one project, without workers. */
  z.strictObject({ environment: z.literal('preview'), pullRequest, ...common }),
]);

/** Keys that the settings of one environment or another have. */
export const settingNames = settings.options.flatMap(({ shape }) => Object.keys(shape));

export type Settings = z.output<typeof settings>;
export type Server = z.output<typeof server>;
export type Cloudflare = z.output<typeof cloudflare>;
export type ChosenProject = z.output<typeof chosenProject>;

const loopback = ['127.0.0.1', '::1', 'localhost'];

/** Whether the server answers for its zones itself: then it is prepared for that, and keeps the secret. */
export function hasOwnNameServer({ dns }: Pick<Server, 'dns'>): boolean {
  if (dns.backend === 'none') return false;
  return dns.backend === 'powerdns' || loopback.includes(dns.server);
}

const secretKeys = ['credentials', 'variables', 'fingerprintKey', 'passwordKey'];

/**
 * The settings among a stack's configuration. Pulumi hands objects on as JSON text, a YAML file as they are.
 * Secrets are left where they are.
 */
export function settingsOf(config: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(config)
    .filter(([key]) => key.startsWith(namespace))
    .map(([key, value]): [string, unknown] => [key.slice(namespace.length), value])
    .filter(([key]) => !secretKeys.includes(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, key === 'environment' ? value : fromJson(value)]));
}

/** The secrets among it, as they were given. */
export function secretsOf(config: Record<string, unknown>): GivenSecrets {
  return {
    credentials: fromJson(config[`${namespace}credentials`]),
    variables: fromJson(config[`${namespace}variables`]),
    fingerprintKey: config[`${namespace}fingerprintKey`],
    passwordKey: config[`${namespace}passwordKey`],
  };
}

export interface GivenSecrets {
  /** Keys of SSH and of name servers, where they are not an SSH agent's and the server's own. */
  credentials: unknown;
  /** Values of the projects' secret variables. */
  variables: unknown;
  /** At least 32 characters, the same in every stack: makes fingerprints; needed where a secret variable has a value. */
  fingerprintKey: unknown;
  /** At least 32 characters: makes the passwords of databases on servers with engine docker, and is needed there. */
  passwordKey?: unknown;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
