/** Under which names Pulumi keeps the settings: `codeb:…`, and nothing of this program reads another. */
import type { Problem } from './problems.ts';

export const namespace = 'codeb:';

/** What `pulumi config set` puts before a name without a colon: the Pulumi project's own name. */
const ofProject = 'codeb-infra:';

/** Keys that are meant for this program and that it would pass over; `pulumi:…` and others have their readers. */
export function misnamed(config: Record<string, unknown>): Problem[] {
  return Object.keys(config).flatMap((key): Problem[] => {
    const bare = key.startsWith(ofProject) ? key.slice(ofProject.length) : key;
    if (bare.includes(':')) return [];
    return [{ path: key, message: `is read by nothing: expected '${namespace}${bare}'` }];
  });
}
