/** What Cloudflare says of a plan before anything is made. */
import type { Problem } from '../stacks/problems.ts';

export type Foresight =
  | { readonly kind: 'fine' }
  | { readonly kind: 'refused'; readonly problems: Problem[] }
  /** Cloudflare could not be asked. */
  | { readonly kind: 'unknown'; readonly warning: string };

/** @param warningOf what to say where Cloudflare cannot be asked, for a reason that holds no secret */
export async function foresee(
  ask: () => Promise<Problem[]>,
  warningOf: (reason: string) => string,
): Promise<Foresight> {
  try {
    const problems = await ask();
    return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'fine' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'unknown', warning: warningOf(reason.replaceAll(/\s+/g, ' ')) };
  }
}
