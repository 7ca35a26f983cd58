/** Pulumi's engine replaced by one that records what a program registers. */
import * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';

// Nobody's account is asked: a test that asks the sandbox's Cloudflare says so.
Reflect.deleteProperty(process.env, 'CLOUDFLARE_API_TOKEN');

export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** Reference of the provider; empty for a component. */
  provider: string;
  /** Types from the outermost parent down to its own. */
  types: string[];
  /** Whether Pulumi refuses to delete it, by its own option or by its parent's. */
  isProtected: boolean;
}

export interface Run {
  registered: Registered[];
  outputs: unknown;
}

/** Type and name of each resource, sorted: what a preview has to have in common with an update. */
export function registeredNames({ registered }: Run): string[] {
  return registered.map(({ type, name }) => `${type} ${name}`).sort();
}

/** The same of what Pulumi refuses to delete. */
export function protectedNames(run: Run): string[] {
  return registeredNames({ ...run, registered: run.registered.filter(({ isProtected }) => isProtected) });
}

/** What the server would answer: ports from 4000 up, passwords by their owner, services that are up. */
function answers(): (type: string, inputs: Record<string, unknown>) => Record<string, unknown> {
  let port = 4000;
  return (type, inputs) => {
    switch (type) {
      case 'codeb:index:PortLease':
        return { port: inputs.port ?? port++ };
      case 'command:remote:Command':
        return { stdout: `recipient: ${recipient}\n` };
      case 'cloudflare:index/apiToken:ApiToken':
        return { value: 'a token' };
      case 'codeb:index:Password':
        return { fingerprint: `fingerprint of ${inputs.owner}` };
      case 'codeb:index:Workload':
        return {
          status: { [`${inputs.slug}-app.service`]: 'active' },
          images: {},
          previous: {},
          createdAt: time,
          deployedAt: time,
        };
      default:
        return {};
    }
  };
}

const time = '2026-11-22T10:00:00.000Z';
const digest = `sha256:${'0'.repeat(64)}`;
/** Its private key is nowhere. */
const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

/** What functions of the official providers answer. */
function called(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
  switch (token.split(':').at(-1)) {
    case 'getRegistryImage':
      return { sha256Digest: digest };
    case 'getUser':
    case 'getTeam':
      return { id: '1' };
    case 'getApiTokenPermissionGroupsList':
      return { results: [{ id: 'of the group', name: inputs.name }] };
    default:
      return {};
  }
}

/** Runs a program to its end; as a preview whose server is not reached, where every answer stays open. */
export async function runMocked(
  program: () => Promise<unknown>,
  { config, preview = false }: { config: Record<string, string>; preview?: boolean },
): Promise<Run> {
  const calls = new Map<string, Omit<Registered, 'types' | 'isProtected'>>();
  const answer = answers();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider = '' }) => {
        const known = z.record(z.string(), z.unknown()).parse(inputs);
        calls.set(`${type} ${name}`, { type, name, inputs: known, provider });
        return { id: preview ? undefined : name, state: { ...known, ...(preview ? {} : answer(type, known)) } };
      },
      call: ({ token, inputs }) => ({ ...inputs, ...called(token, inputs) }),
    },
    'codeb-infra',
    'production',
    preview,
  );
  pulumi.runtime.setAllConfig(config);
  // Mocks are told of no such option.
  const resources = new Map<pulumi.Resource, boolean>();
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ resource, props, opts }) => {
      resources.set(resource, opts.protect ?? (opts.parent !== undefined && resources.get(opts.parent) === true));
      return { props, opts };
    });
    return program();
  });
  const found = await Promise.all(
    [...resources].map(async ([{ urn }, isProtected]) => ({ urn: await settled(urn), isProtected })),
  );
  // The stack's own outputs are registered last.
  await pulumi.runtime.disconnect();
  return {
    outputs,
    registered: found.flatMap(({ urn, isProtected }) => {
      const [, , types = '', name = ''] = urn.split('::');
      const call = calls.get(`${types.split('$').at(-1)} ${name}`);
      return call ? [{ ...call, types: types.split('$'), isProtected }] : [];
    }),
  };
}

function settled(output: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value));
  });
}
