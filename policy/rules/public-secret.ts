import { z } from 'zod';
import { isFilledIn } from '../../provider/secret-reference.ts';
import { keyIn } from '../../stacks/key-formats.ts';
import { publicPrefixOf } from '../../stacks/public-names.ts';
import { commandsOf, dockerContainerOf, variablesOf } from '../docker.ts';
import type { Finding, Rule, Subject } from '../rule.ts';
import type { StackSecret } from '../stack-secrets.ts';
import { filesOf, unitsOf, valuesOf, workloadOf } from '../workload.ts';

interface PublicVariable {
  readonly property: string;
  readonly value: string;
}

const isPublic = (name: string): boolean => publicPrefixOf(name) !== undefined;

/** Keys of a unit that say what a process is started with: podman-systemd.unit(5), systemd.service(5). */
const commandKeys = [
  ...['Exec', 'Entrypoint', 'HealthCmd', 'HealthStartupCmd', 'PodmanArgs', 'GlobalArgs'],
  ...['ExecCondition', 'ExecStartPre', 'ExecStart', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost'],
];

const environmentVariables = z
  .object({
    envVars: z.record(z.string(), z.object({ type: z.string().optional(), value: z.string().optional() })).default({}),
  })
  .prefault({});

const pagesProject = z.object({
  deploymentConfigs: z.object({ preview: environmentVariables, production: environmentVariables }).optional(),
});

const actionsVariable = z.object({ variableName: z.string().optional(), value: z.string().optional() });

export function publicSecret(secrets: readonly StackSecret[]): Rule {
  return {
    name: 'no-public-secret',
    description: 'No variable and no command line that everybody can read has a secret (S3.3).',
    check: (subject) =>
      publicVariablesOf(subject).flatMap(({ property, value }): Finding[] => {
        const found = secretIn(value, secrets);
        return found === undefined ? [] : [{ property, found, expected: 'a value that everybody may read' }];
      }),
  };
}

/** What is secret about a value, without the value. */
function secretIn(value: string, secrets: readonly StackSecret[]): string | undefined {
  if (isFilledIn(value)) return 'a reference to a secret of the server';
  const own = secrets.find((secret) => value.includes(secret.value));
  return own ? `the stack's secret ${own.path}` : keyIn(value);
}

function publicVariablesOf(subject: Subject): PublicVariable[] {
  const workload = workloadOf(subject);
  if (workload) {
    return [
      ...filesOf(workload).flatMap(({ property, text }) =>
        text.split('\n').flatMap((line) => assigned(property, line)),
      ),
      ...unitsOf(workload).flatMap(({ property, text }) =>
        valuesOf(text, 'Environment').flatMap((value) => assigned(`${property}: Environment`, value)),
      ),
      ...unitsOf(workload).flatMap(({ property, text }) =>
        commandKeys.flatMap((key) =>
          valuesOf(text, key).map((value) => ({ property: `${property}: ${key}`, value: read(value) })),
        ),
      ),
      ...workload.migrations.map(({ command }, index) => ({
        property: `migrations.${index}.command`,
        value: command.flatMap((word) => word ?? []).join(' '),
      })),
    ];
  }
  const container = dockerContainerOf(subject);
  if (container) {
    return [
      ...variablesOf(container).filter(({ property }) => isPublic(property.replace(/^envs\./, ''))),
      // Everybody on the server sees a process's words: proc_pid_cmdline(5).
      ...commandsOf(container),
    ].map(({ property, text }) => ({ property, value: text }));
  }
  switch (subject.type) {
    case 'cloudflare:index/pagesProject:PagesProject':
      return pagesVariables(subject.inputs);
    case 'github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable':
    case 'github:index/actionsVariable:ActionsVariable': {
      const { variableName = '', value } = actionsVariable.parse(subject.inputs);
      return value === undefined ? [] : [{ property: `value of ${variableName}`, value }];
    }
    default:
      return [];
  }
}

/** A command as systemd reads it, the way back of stacks/unit-file.ts: systemd.service(5), COMMAND LINES. */
function read(command: string): string {
  return command.replaceAll('%%', '%').replaceAll('$$', '$').replaceAll(/\\(.)/g, '$1');
}

/** `NAME=value`, as podman-run(1) `--env-file` and systemd.exec(5) `Environment=` take it. */
function assigned(property: string, line: string): PublicVariable[] {
  return [...line.matchAll(/(?<=^|[\s"'])([A-Z]\w*)=(?=(.*))/g)].flatMap(([, name = '', value = '']) =>
    isPublic(name) ? [{ property: `${property}: ${name}`, value }] : [],
  );
}

/** All that is plain text there, and what is built into pages whatever its type. */
function pagesVariables(inputs: unknown): PublicVariable[] {
  const { deploymentConfigs } = pagesProject.parse(inputs);
  return Object.entries(deploymentConfigs ?? {}).flatMap(([environment, { envVars }]) =>
    Object.entries(envVars).flatMap(([name, { type, value }]) =>
      value === undefined || (type === 'secret_text' && !isPublic(name))
        ? []
        : [{ property: `deploymentConfigs.${environment}.envVars.${name}`, value }],
    ),
  );
}
