/** A change in words. */
import { retrySeconds } from '../../stacks/caddyfile.ts';
import type { Change, ProjectChanges } from './changes.ts';
import { block, code } from './markdown.ts';
import type { Risk } from './risks.ts';
import { inFold, inLine } from './values.ts';

/** Properties in a change's line; the others are in the fold. */
const mostInLine = 8;

const names = (all: readonly string[]) => all.map(code).join(', ');

/** `**replace, ports** PortLease shop-app: range.to 4999 → 4099`, as one item of a list. */
export function changeLine({ action, type, name, risks, differences }: Change): string {
  const words = risks.map(riskWords);
  const isSaid = risks.length > 0 && (action === 'changed' || action === 'replaced');
  const told = action === 'created' || action === 'imported' ? [] : differences.slice(0, mostInLine).map(inLine);
  const more = action === 'created' || action === 'imported' ? 0 : differences.length - told.length;
  const paths = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  return `- **${[...words, ...(isSaid ? [] : [action])].join(', ')}** ${code(type)} ${code(name)}${paths && `: ${paths}`}`;
}

function riskWords({ kind, names: of }: Risk): string {
  switch (kind) {
    case 'data':
      return of.length > 0 ? `data at risk (${names(of)})` : 'data at risk';
    case 'replace':
      return 'replace';
    case 'downtime':
      return `downtime of ${names(of)}`;
    case 'database':
      return `restart of the database ${names(of)}`;
    case 'restart':
      return of.length > 0 ? `restart of ${names(of)}` : 'restart possible';
    case 'stop':
      return `stop of ${names(of)}`;
    case 'retries':
      return 'requests tried again';
    case 'site':
      return 'certificate and site';
    case 'dns':
      return 'DNS';
    case 'ports':
      return 'ports';
  }
}

/** Every property with what it was and will be; nothing where there is none to show. */
export function changeFold({ type, name, differences }: Change): string | undefined {
  if (differences.length === 0) return undefined;
  return `${code(type)} ${code(name)}\n\n${block(differences.flatMap(inFold).join('\n'), 'diff')}`;
}

/** What its users notice: not that an app of Quadlet restarts, for Caddy tries their requests again. */
export function downtimeLine({ changes }: ProjectChanges): string {
  const of = (kind: Risk['kind'], among = changes) =>
    among.flatMap(({ risks }) => risks.flatMap((risk) => (risk.kind === kind ? risk.names : [])));
  const said = (all: readonly string[], sentence: (all: string) => string) =>
    all.length > 0 ? [sentence(names(all))] : [];
  const containers = changes.filter(({ type }) => type === 'Container');
  const others = changes.filter(({ type }) => type !== 'Container');
  const isOpen = changes.some(({ risks }) => risks.some((risk) => risk.kind === 'restart' && risk.names.length === 0));
  const sentences = [
    ...said(of('downtime', others), (all) => `Downtime expected: ${all}, with all that is in it.`),
    ...said(of('downtime', containers), (all) => `Downtime expected while replaced: ${all}.`),
    ...said(of('retries'), (all) => `Caddy tries requests to ${all} again for up to ${retrySeconds} s.`),
    ...said(of('database'), (all) => `Databases restart, and connections to them break: ${all}.`),
    ...(isOpen ? ['Downtime possible.'] : []),
    ...said(of('stop'), (all) => `Stops for good: ${all}.`),
  ];
  return sentences.length > 0 ? sentences.join(' ') : 'No downtime expected.';
}
