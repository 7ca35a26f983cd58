/** The configuration of a stack: secrets one by one, since the engine takes out of its log what it knows as a secret. */
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { mustRun } from './run.ts';

export interface StackConfig {
  readonly plain: Readonly<Record<string, string>>;
  /** By path, for instance `codeb:credentials.one-q.privateKey`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Sets what is not set yet. Secrets go over standard input: the Automation API would put them on a command line. */
export async function configure({ name, workspace }: Stack, { plain, secrets }: StackConfig): Promise<void> {
  const known = await workspace.getAllConfig(name);
  if (Object.entries(plain).some(([key, value]) => known[key]?.value !== value)) {
    const map = Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, { value }]));
    await workspace.setAllConfig(name, map);
  }
  for (const [path, secret] of Object.entries(secrets)) {
    const value = secret.trimEnd();
    if (valueAt(known, path) === value) continue;
    await mustRun(workspace.pulumiCommand.command, ['config', 'set', '--path', '--secret', '--stack', name, path], {
      cwd: workspace.workDir,
      env: workspace.envVars,
      input: value,
    });
  }
}

/** An object comes as JSON: `codeb:credentials.one-q.dnsSecret` is inside of `codeb:credentials`. */
function valueAt(known: Readonly<Record<string, { value: string }>>, path: string): unknown {
  const [key = '', ...inner] = path.split('.');
  const json = known[key]?.value;
  if (inner.length === 0) return json;
  return json === undefined ? undefined : inner.reduce<unknown>(property, JSON.parse(json));
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
