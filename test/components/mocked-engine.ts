/** Pulumi's engine replaced by one that records what a program registers. */
import * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';

export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** Reference of the provider; empty for a component. */
  provider: string;
  /** Types from the outermost parent down to its own. */
  types: string[];
}

export interface Run {
  registered: Registered[];
  outputs: unknown;
}

/** What the server would answer: ports from 4000 up, passwords by their owner, services that are up. */
function answers(): (type: string, inputs: Record<string, unknown>) => Record<string, unknown> {
  let port = 4000;
  return (type, inputs) => {
    switch (type) {
      case 'codeb:index:PortLease':
        return { port: inputs.port ?? port++ };
      case 'codeb:index:Password':
        return { fingerprint: `fingerprint of ${inputs.owner}` };
      case 'codeb:index:Workload':
        return { status: { [`${inputs.slug}-app.service`]: 'active' }, images: {} };
      default:
        return {};
    }
  };
}

/** Runs a program to its end; as a preview whose server is not reached, where every answer stays open. */
export async function runMocked(
  program: () => Promise<unknown>,
  { config, preview = false }: { config: Record<string, string>; preview?: boolean },
): Promise<Run> {
  const calls = new Map<string, Omit<Registered, 'types'>>();
  const answer = answers();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider = '' }) => {
        const known = z.record(z.string(), z.unknown()).parse(inputs);
        calls.set(`${type} ${name}`, { type, name, inputs: known, provider });
        return { id: preview ? undefined : name, state: { ...known, ...(preview ? {} : answer(type, known)) } };
      },
      call: () => ({}),
    },
    'codeb-infra',
    'production',
    preview,
  );
  pulumi.runtime.setAllConfig(config);
  const resources: pulumi.Resource[] = [];
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ resource, props, opts }) => {
      resources.push(resource);
      return { props, opts };
    });
    return program();
  });
  const urns = await Promise.all(resources.map(({ urn }) => settled(urn)));
  // The stack's own outputs are registered last.
  await pulumi.runtime.disconnect();
  return {
    outputs,
    registered: urns.flatMap((urn) => {
      const [, , types = '', name = ''] = urn.split('::');
      const call = calls.get(`${types.split('$').at(-1)} ${name}`);
      return call ? [{ ...call, types: types.split('$') }] : [];
    }),
  };
}

function settled(output: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value));
  });
}
