/** A stack's secrets: encrypted under `codeb:credentials` and `codeb:variables`, and no part of a plan. */
import { z } from 'zod';
import { hostIn, productionHosts } from './isolation.ts';
import type { Plan } from './plan.ts';
import { type Problem, problemsOf } from './problems.ts';
import { type GivenSecrets, hasOwnNameServer } from './settings.ts';

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

const line = z
  .string()
  .min(1)
  .regex(/^[^\n\r\0]*$/, 'must be one line: an environment file has no other');

/** Values of the secret variables, by project; `since` is the day on which a value was put into use. */
export const secretVariables = z.record(
  z.string(),
  z.record(
    z.string(),
    z.preprocess(
      (given) => (typeof given === 'string' ? { value: given } : given),
      z.strictObject({
        /** One line; given alone, without the braces, it is a value that nobody knows the age of. */
        value: line,
        /** The day on which it was put into use. */
        since: z.iso.date('expected a day such as 2026-11-21').optional(),
      }),
    ),
  ),
);

/** Makes fingerprints, the same ones in every stack: any long random text. */
const fingerprintKey = z.string().min(32, 'expected 32 characters at least').optional();

/** Makes the passwords of databases on servers with engine docker (`stacks/derived-passwords.ts`): long random text. */
const passwordKey = z.string().min(32, 'expected 32 characters at least').optional();

export type Credentials = z.output<typeof credentials>;
export type SecretVariables = z.output<typeof secretVariables>;

export interface Secrets {
  credentials: Credentials;
  variables: SecretVariables;
  fingerprintKey: string;
  /** There where a server in use has engine docker. */
  passwordKey?: string;
}

export type ParsedSecrets = { kind: 'ok'; secrets: Secrets } | { kind: 'refused'; problems: Problem[] };

/** The secrets that a plan needs; a problem names what is missing or too much, never a value. */
export function parseSecrets(plan: Plan, given: GivenSecrets): ParsedSecrets {
  const keys = credentials.safeParse(given.credentials ?? {});
  const values = secretVariables.safeParse(given.variables ?? {});
  const key = fingerprintKey.safeParse(given.fingerprintKey);
  const deriving = passwordKey.safeParse(given.passwordKey);
  if (!keys.success || !values.success || !key.success || !deriving.success) {
    return {
      kind: 'refused',
      problems: [
        ...problemsOf(keys.error?.issues ?? [], 'codeb.credentials'),
        ...problemsOf(values.error?.issues ?? [], 'codeb.variables'),
        ...problemsOf(key.error?.issues ?? [], 'codeb.fingerprintKey'),
        ...problemsOf(deriving.error?.issues ?? [], 'codeb.passwordKey'),
      ],
    };
  }
  const secrets = {
    credentials: keys.data,
    variables: values.data,
    fingerprintKey: key.data ?? '',
    ...(deriving.data !== undefined && { passwordKey: deriving.data }),
  };
  const problems = [
    ...unknownNames('codeb.credentials', 'server', Object.keys(keys.data), plan.known.servers),
    ...unknownNames('codeb.variables', 'project', Object.keys(values.data), plan.known.projects),
    ...credentialProblems(plan, secrets),
    ...variableProblems(plan, secrets),
    ...keyProblems(secrets),
    ...dockerProblems(plan, secrets),
    ...isolationProblems(plan, secrets),
    ...sharedProblems(secrets),
    ...shownProblems(plan, secrets),
  ];
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'ok', secrets };
}

/** A value under a name that nobody has would be used by nobody. */
function unknownNames(path: string, what: string, given: string[], known: string[]): Problem[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: `${path}.${name}`, message: `there is no such ${what}: expected ${known.join(', ')}` }));
}

function credentialProblems({ servers }: Plan, { credentials }: Secrets): Problem[] {
  return Object.entries(servers).flatMap(([name, { settings }]): Problem[] => {
    const { dns } = settings;
    if (dns.backend === 'none' || hasOwnNameServer(settings) || credentials[name]?.dnsSecret !== undefined) return [];
    return [{ path: `codeb.credentials.${name}.dnsSecret`, message: 'is missing: the name server is another machine' }];
  });
}

const pathOf = (project: string, variable: string) => `codeb.variables.${project}.${variable}`;

function variableProblems({ projects }: Plan, { variables }: Secrets): Problem[] {
  return projects.flatMap(({ name, variables: declared }): Problem[] => {
    const given = Object.keys(variables[name] ?? {});
    const secret = declared.filter(({ kind }) => kind === 'secret');
    return [
      ...secret
        .filter((variable) => variable.kind === 'secret' && variable.required && !given.includes(variable.name))
        .map((variable) => ({
          path: pathOf(name, variable.name),
          message: 'is missing: the project declares it as a secret',
        })),
      ...given
        .filter((variable) => !secret.some((one) => one.name === variable))
        .map((variable) => ({
          path: pathOf(name, variable),
          message: 'is not declared by the project as a secret of this environment',
        })),
    ];
  });
}

function keyProblems({ variables, fingerprintKey }: Secrets): Problem[] {
  if (fingerprintKey !== '' || Object.keys(variables).length === 0) return [];
  const message = 'is missing: `openssl rand -hex 32 | pulumi config set --secret codeb:fingerprintKey` in every stack';
  return [{ path: 'codeb.fingerprintKey', message }];
}

/** Docker's client reaches the server by ssh(1), and its API has no place for a password that the server makes. */
function dockerProblems({ servers }: Plan, { credentials, passwordKey }: Secrets): Problem[] {
  const names = Object.entries(servers).flatMap(([name, { settings }]) => (settings.engine === 'docker' ? [name] : []));
  const command =
    '`openssl rand -hex 32 | pulumi config set --secret codeb:passwordKey`, once for as long as the data lives';
  return [
    ...names
      .filter((name) => credentials[name]?.privateKey !== undefined)
      .map((name) => ({
        path: `codeb.credentials.${name}.privateKey`,
        message: 'is not taken: the server has engine docker, which is reached with a key of an SSH agent (`ssh-add`)',
      })),
    ...names.slice(0, passwordKey === undefined ? 1 : 0).map((name) => ({
      path: 'codeb.passwordKey',
      message: `is missing, and server '${name}' has engine docker: ${command}`,
    })),
  ];
}

/** A secret may be a whole address, such as a connection string. */
function isolationProblems({ stage, projects, placements }: Plan, { variables }: Secrets): Problem[] {
  if (stage.environment === 'production') return [];
  return projects.flatMap(({ name }): Problem[] => {
    const placement = placements.find(({ project }) => project.name === name);
    const hosts = placement ? productionHosts(placement) : [];
    return Object.entries(variables[name] ?? {}).flatMap(([variable, { value }]) => {
      const host = hostIn(value, hosts);
      const message = `names production's host '${host}', which ${stage.environment} never touches`;
      return host === undefined ? [] : [{ path: pathOf(name, variable), message }];
    });
  });
}

/** Two variables of a stack with one value: whoever learns one has the other. */
function sharedProblems({ variables }: Secrets): Problem[] {
  const holders = new Map<string, string>();
  return Object.entries(variables).flatMap(([project, all]) =>
    Object.entries(all).flatMap(([variable, { value }]): Problem[] => {
      const holder = holders.get(value);
      const path = pathOf(project, variable);
      if (holder !== undefined) return [{ path, message: `has the same value as ${holder}` }];
      holders.set(value, path);
      return [];
    }),
  );
}

/** Shorter ones are in other texts by chance. */
const shortestSecret = 16;

/** A secret that stands in plain text in another variable as well. */
function shownProblems({ projects }: Plan, { variables }: Secrets): Problem[] {
  const secrets = Object.entries(variables).flatMap(([project, all]) =>
    Object.entries(all).flatMap(([name, { value }]) =>
      value.length < shortestSecret ? [] : [{ path: pathOf(project, name), value }],
    ),
  );
  return projects.flatMap(({ name: project, variables: declared, previewVariables }) => {
    const plain = [...declared, ...previewVariables].flatMap((one) => (one.kind === 'secret' ? [] : [one]));
    const shown = new Map(
      plain.flatMap(({ name, value }) => {
        const secret = secrets.find((one) => value.includes(one.value));
        return secret ? [[`projects.${project}.variables.${name}`, secret.path] as const] : [];
      }),
    );
    return [...shown].map(([path, secret]) => ({
      path,
      message: `holds the value of ${secret}, for everybody to read: expected another value, or none that is a secret`,
    }));
  });
}
