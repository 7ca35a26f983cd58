/** A stack's secrets: encrypted under `codeb:credentials` and `codeb:variables`, and no part of a plan. */
import { z } from 'zod';
import type { Plan } from './plan.ts';
import { type Problem, problemsOf } from './problems.ts';
import { hasOwnNameServer } from './settings.ts';

/** By server. */
export const credentials = z.record(
  z.string(),
  z.strictObject({
    /** SSH key in PEM or OpenSSH form; without one, those of an SSH agent, which keeps it out of the engine's log. */
    privateKey: z.string().optional(),
    /** SSH key for the bastion; the server's own where none is given. */
    bastionPrivateKey: z.string().optional(),
    /** PowerDNS's API key or the TSIG secret (base64); without one, the server makes its own and keeps it. */
    dnsSecret: z.string().min(1).optional(),
  }),
);

/** Values of the secret variables, by project. */
export const secretVariables = z.record(
  z.string(),
  z.record(z.string(), z.string().regex(/^[^\n\r\0]*$/, 'must be one line: an environment file has no other')),
);

export type Credentials = z.output<typeof credentials>;

export interface Secrets {
  credentials: Credentials;
  variables: z.output<typeof secretVariables>;
}

export type ParsedSecrets = { kind: 'ok'; secrets: Secrets } | { kind: 'refused'; problems: Problem[] };

/** The secrets that a plan needs; a problem names what is missing or too much, never a value. */
export function parseSecrets(plan: Plan, given: { credentials: unknown; variables: unknown }): ParsedSecrets {
  const keys = credentials.safeParse(given.credentials ?? {});
  const values = secretVariables.safeParse(given.variables ?? {});
  if (!keys.success || !values.success) {
    return {
      kind: 'refused',
      problems: [
        ...problemsOf(keys.error?.issues ?? [], 'codeb.credentials'),
        ...problemsOf(values.error?.issues ?? [], 'codeb.variables'),
      ],
    };
  }
  const secrets = { credentials: keys.data, variables: values.data };
  const problems = [...credentialProblems(plan, secrets), ...variableProblems(plan, secrets)];
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'ok', secrets };
}

function credentialProblems({ servers }: Plan, { credentials }: Secrets): Problem[] {
  return Object.entries(servers).flatMap(([name, { settings }]): Problem[] => {
    if (hasOwnNameServer(settings) || credentials[name]?.dnsSecret !== undefined) return [];
    return [{ path: `codeb.credentials.${name}.dnsSecret`, message: 'is missing: the name server is another machine' }];
  });
}

function variableProblems({ projects }: Plan, { variables }: Secrets): Problem[] {
  return projects.flatMap(({ name, app }): Problem[] => {
    const given = Object.keys(variables[name] ?? {});
    const path = (variable: string) => `codeb.variables.${name}.${variable}`;
    return [
      ...app.secrets
        .filter((variable) => !given.includes(variable))
        .map((variable) => ({ path: path(variable), message: 'is missing: the project declares it as a secret' })),
      ...given
        .filter((variable) => !app.secrets.includes(variable))
        .map((variable) => ({ path: path(variable), message: 'is not declared by the project as a secret' })),
    ];
  });
}
