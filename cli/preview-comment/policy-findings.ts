/** What a policy pack has found: github.com/pulumi/pulumi, sdk/go/common/apitype/events.go, PolicyEvent. */
import { z } from 'zod';

const finding = z.object({
  policyName: z.string(),
  /** `mandatory` refuses the update; the others only tell. */
  enforcementLevel: z.string(),
  message: z.string(),
});

const event = z.object({ policyEvent: finding.optional() });

export type PolicyFinding = z.output<typeof finding>;

/**
 * A JSON list of policy events, or the engine's whole event log, one event a line (`--event-log`, which Pulumi has under
 * PULUMI_DEBUG_COMMANDS): `pulumi preview --json` itself leaves them out.
 */
export function policyFindings(text: string): PolicyFinding[] {
  if (text.trimStart().startsWith('[')) return z.array(finding).parse(JSON.parse(text));
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap((line) => event.parse(JSON.parse(line)).policyEvent ?? []);
}
