/** The resources of the `codeb` provider as Pulumi sees them; their promises stand in `provider/`. */
import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import type * as schema from '../provider/schema.ts';

type Deep<T> = pulumi.Input<T extends object ? { [K in keyof T]: Deep<T[K]> } : T>;
type Wrapped<Schema extends z.ZodType> = { [K in keyof z.input<Schema>]: Deep<z.input<Schema>[K]> };

/**
 * One server, over one SSH connection. Make one explicitly a server; there is no default one. A resource
 * that gets another one is replaced: another name is another machine.
 *
 * @example
 * new CodebServer('main', {
 *   connection: { host: 'server.example.org', hostKey: 'ssh-ed25519 AAAA…' },
 *   privilege: 'root',
 *   dns: { backend: 'powerdns', url: 'http://127.0.0.1:8081' },
 * })
 */
export class CodebServer extends pulumi.ProviderResource {
  constructor(name: string, args: Wrapped<typeof schema.providerConfig>, opts?: pulumi.ResourceOptions) {
    super('codeb', name, { config: pulumi.secret(pulumi.jsonStringify({ ...args, server: name })) }, opts);
  }
}

/**
 * The lowest free port of a range, held on the server under its owner's key until it is deleted.
 *
 * @example new PortLease('shop-app', { owner: 'shop/app', range: { from: 3000, to: 3099 } }, { provider })
 */
export class PortLease extends pulumi.CustomResource {
  /** The port. */
  declare readonly port: pulumi.Output<number>;

  constructor(name: string, args: Wrapped<typeof schema.portLease>, opts: pulumi.CustomResourceOptions) {
    super('codeb:index:PortLease', name, { ...args, port: args.port }, opts);
  }
}

/**
 * A random password, made once on the server and kept there alone (mode 0600); files name it by a reference:
 * `{{password /var/lib/codeb/projects/shop/config/postgres.password}}`.
 *
 * @example
 * const path = '/var/lib/codeb/projects/shop/config/postgres.password';
 * new Password('shop-postgres', { owner: 'shop/postgres', path }, { provider })
 */
export class Password extends pulumi.CustomResource {
  /** File on the server that keeps it. */
  declare readonly path: pulumi.Output<string>;
  /** Tells that it is another one. */
  declare readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: Wrapped<typeof schema.password>, opts: pulumi.CustomResourceOptions) {
    super('codeb:index:Password', name, { ...args, fingerprint: undefined }, opts);
  }
}

/**
 * Files, secrets and systemd units of one project, changed all or nothing.
 *
 * @example
 * new Workload(
 *   'shop',
 *   {
 *     slug: 'shop',
 *     directory: '/var/lib/codeb/projects/shop',
 *     files: { 'config/app.env': { content: 'LOG_LEVEL=info\n' } },
 *     units: { 'shop-app.container': { content: unit, restartOn: ['config/app.env'] } },
 *     health: [{ service: 'shop-app.service', url: 'http://127.0.0.1:3000/api/health' }],
 *   },
 *   { provider },
 * )
 */
export class Workload extends pulumi.CustomResource {
  /** State of each systemd service, `active` when all is well. */
  declare readonly status: pulumi.Output<Record<string, string>>;
  /** Digest of each image in use, by the reference that the unit names. */
  declare readonly images: pulumi.Output<Record<string, string>>;
  /** What each unit ran before: references with a digest. */
  declare readonly previous: pulumi.Output<Record<string, string>>;
  /** When it was made: ISO 8601, UTC. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** When it was last changed, likewise. */
  declare readonly deployedAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: Wrapped<typeof schema.workload>, opts: pulumi.CustomResourceOptions) {
    const outputs = { images: undefined, previous: undefined, createdAt: undefined, deployedAt: undefined };
    super('codeb:index:Workload', name, { ...args, status: undefined, ...outputs }, opts);
  }
}

/**
 * One site file of Caddy.
 *
 * @example
 * new CaddySite(
 *   'shop',
 *   {
 *     name: 'shop',
 *     addresses: ['shop.example.org'],
 *     content: 'shop.example.org {\n\treverse_proxy 127.0.0.1:3000\n}\n',
 *   },
 *   { provider },
 * )
 */
export class CaddySite extends pulumi.CustomResource {
  /** Addresses that it serves. */
  declare readonly addresses: pulumi.Output<string[]>;

  constructor(name: string, args: Wrapped<typeof schema.caddySite>, opts: pulumi.CustomResourceOptions) {
    super('codeb:index:CaddySite', name, args, opts);
  }
}

/**
 * One DNS record set on the DNS backend of its server.
 *
 * @example
 * new RecordSet(
 *   'shop.example.org/A',
 *   { zone: 'example.org', name: 'shop.example.org', type: 'A', values: ['192.0.2.10'] },
 *   { provider },
 * )
 */
export class RecordSet extends pulumi.CustomResource {
  constructor(name: string, args: Wrapped<typeof schema.recordSet>, opts: pulumi.CustomResourceOptions) {
    super('codeb:index:RecordSet', name, args, opts);
  }
}
