/** A Pages project's two sets of settings: https://developers.cloudflare.com/api/resources/pages/subresources/projects/ */
import { z } from 'zod';
import type { Value } from '../../provider/property-values.ts';
import { digestOf } from './access.ts';
import type { DeploymentConfig } from './state.ts';

const variable = z.object({ type: z.enum(['plain_text', 'secret_text']), value: z.string() });

/** `null` for a variable takes it away. */
const configBody = z
  .object({ env_vars: z.record(z.string(), variable.nullable()).nullable().default({}) })
  .catchall(z.json());

export const configsBody = z.object({ preview: configBody.optional(), production: configBody.optional() });

type ConfigBody = z.output<typeof configBody>;

export const usualConfig = (): DeploymentConfig => ({
  env_vars: {},
  fail_open: true,
  always_use_latest_compatibility_date: false,
  compatibility_date: new Date().toISOString().slice(0, 10),
  compatibility_flags: [],
  build_image_major_version: 3,
  usage_model: 'standard',
});

/** The settings after a change: what it does not name stays. */
export function merged(before: DeploymentConfig, change: ConfigBody | undefined): DeploymentConfig {
  if (!change) return before;
  const { env_vars: variables, ...rest } = change;
  const given = Object.entries(variables ?? {}).map(([name, one]) => [name, one && kept(one)] as const);
  const after = Object.entries({ ...before.env_vars, ...Object.fromEntries(given) });
  return {
    ...before,
    ...rest,
    env_vars: Object.fromEntries(after.flatMap(([name, one]) => (one ? [[name, one]] : []))),
  };
}

function kept({ type, value }: z.output<typeof variable>) {
  return { type, value: type === 'secret_text' ? digestOf(value) : value };
}

/** A secret is never shown again. */
export function shownConfig({ env_vars: variables, ...rest }: DeploymentConfig): Record<string, Value> {
  const shown = Object.entries(variables).map(([name, { type, value }]) => [
    name,
    { type, value: type === 'secret_text' ? '' : value },
  ]);
  return { ...rest, env_vars: shown.length > 0 ? Object.fromEntries(shown) : null };
}
