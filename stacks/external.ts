/** Services that run elsewhere (Supabase, Vercel, Neon, Upstash): known by their hosts, kept apart by environment. */
import { z } from 'zod';
import { environmentNames } from './environments.ts';
import { dnsName, label } from './names.ts';

const external = z.strictObject({
  /** For people and for the registry document, for instance `supabase`. */
  kind: z.string().min(1),
  /** Where it is; another one than production's in every other environment. */
  environments: z.partialRecord(
    z.enum(environmentNames),
    z.strictObject({
      /** Host that it is known by. */
      host: dnsName,
      /** Path that answers with success while the service is well. */
      health: z.string().startsWith('/').optional(),
    }),
  ),
  /** Variables of the matrix that hold its addresses and keys. */
  variables: z.array(z.string()).default([]),
});

/** By name. */
export const externals = z.record(label, external).superRefine((all, context) => {
  const hosts = Object.values(all).flatMap(({ environments }) => environments.production?.host ?? []);
  for (const [service, { environments }] of Object.entries(all)) {
    for (const name of ['staging', 'preview'] as const) {
      const host = environments[name]?.host;
      if (host === undefined || !hosts.includes(host)) continue;
      const message = `is production's host '${host}': ${name} never touches production's data`;
      context.addIssue({ code: 'custom', path: [service, 'environments', name, 'host'], message });
    }
  }
});

/** An external service as one environment has it. */
export interface PlannedExternal {
  name: string;
  kind: string;
  host: string;
  /** URL that answers with success while the service is well. */
  health?: string;
  variables: string[];
}
