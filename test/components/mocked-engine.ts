/** Pulumi's engine replaced by one that records what a program registers. */
import * as pulumi from '@pulumi/pulumi';

export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  provider: string | undefined;
  parent: string | undefined;
}

/** Answers as the provider would: ports from 4000 up, passwords by their owner. */
export function mockEngine(config: Record<string, string>): Registered[] {
  const registered: Registered[] = [];
  let port = 4000;
  pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id, provider }) => {
        registered.push({ type, name, inputs, provider, parent: undefined });
        return { id: id || name, state: { ...inputs, ...outputs(type, inputs) } };
      },
      call: () => ({}),
    },
    'codeb-infra',
    'production',
    false,
  );
  pulumi.runtime.setAllConfig(config);
  return registered;

  function outputs(type: string, inputs: Record<string, unknown>): Record<string, unknown> {
    switch (type) {
      case 'codeb:index:PortLease':
        return { port: inputs.port ?? port++ };
      case 'codeb:index:Password':
        return { value: `password-of-${inputs.owner}` };
      case 'codeb:index:Workload':
        return { status: {}, images: {} };
      default:
        return {};
    }
  }
}
