/** Names of secrets and variables: https://docs.github.com/en/actions/reference/security/secrets#naming-your-secrets */
import { z } from 'zod';

export const settingName = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, 'expected letters, digits and underscores, and no digit first')
  .regex(/^(?!github_)/i, 'must not begin with GITHUB_');

const stamps = z.object({ created_at: z.string(), updated_at: z.string() });

/** When a secret or a variable was made and changed, as the official provider writes times: Go's way. */
export function stampsOf(body: unknown): { createdAt: string; updatedAt: string } {
  const { created_at, updated_at } = stamps.parse(body);
  const inGo = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 19)} +0000 UTC`;
  return { createdAt: inGo(created_at), updatedAt: inGo(updated_at) };
}
