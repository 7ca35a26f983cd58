/** The provider's configuration, or the environment: https://www.pulumi.com/registry/packages/github/installation-configuration/ */
import { z } from 'zod';
import type { Properties } from '../../provider/property-values.ts';

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

const config = z.object({
  owner: z.string().min(1, 'expected the organization or user that owns the repositories (or GITHUB_OWNER)'),
  token: z.string().min(1, 'expected a token (or GITHUB_TOKEN)'),
  /** Of GitHub Enterprise: the API is below it at `/api/v3`. */
  baseUrl: z.url().refine((url) => loopback.includes(new URL(url).hostname), {
    message: 'the stand-in of the github provider speaks to loopback alone; GitHub itself needs the official plugin',
  }),
  /** How often a server error is tried again. */
  maxRetries: z.int().min(0).default(3),
  /** Milliseconds between two tries. */
  retryDelayMs: z.int().min(0).default(1000),
});

export type Config = z.output<typeof config>;

/** @throws Error that names each setting that is missing or wrong. */
export function configOf({ owner, organization, token, baseUrl, ...rest }: Properties, env: NodeJS.ProcessEnv): Config {
  const parsed = config.safeParse({
    ...rest,
    owner: owner ?? organization ?? env.GITHUB_OWNER ?? '',
    token: token ?? env.GITHUB_TOKEN ?? '',
    baseUrl: baseUrl ?? env.GITHUB_BASE_URL ?? 'https://api.github.com/',
  });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `github:${path.join('.')}: ${message}`);
  throw new Error(problems.join('\n'));
}
