/** What a server is asked to remove of a preview: `operation_sweep` of provider/agent/previews.sh. */
import { nameOf, type OnServer, type Preview } from './found.ts';

export interface Removal {
  readonly slug: string;
  /** `{kind}:{name}` of what cannot be told from the slug. */
  readonly words: readonly string[];
}

/** Its own slug first, then the one of its shared databases: nothing that runs loses what it needs. */
export function removalsOf(preview: Preview, things: readonly OnServer[]): Removal[] {
  const shared = nameOf({ ...preview, project: `${preview.project}-shared` });
  return [nameOf(preview), shared].flatMap((slug) => {
    const own = things.filter((thing) => thing.kind !== 'record' && isOfSlug(thing, shared) === (slug === shared));
    return own.length === 0 ? [] : [{ slug, words: own.flatMap(wordOf) }];
  });
}

/** Leases and containers are called after the slug as well, a pod with a word before it. */
function isOfSlug({ kind, name }: OnServer, slug: string): boolean {
  const own = kind === 'pod' ? name.replace(/^project-/, '') : name.replace(/\/.*$/, '');
  return `${own}-`.startsWith(`${slug}-`);
}

function wordOf({ kind, name }: OnServer): string[] {
  return kind === 'container' || kind === 'volume' || kind === 'certificate' ? [`${kind}:${name}`] : [];
}
