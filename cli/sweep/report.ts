/** What the sweep found and did, for people and for programs. */
import Table from 'cli-table3';
import { type Found, nameOf } from './found.ts';
import type { Leftovers, Verdict } from './leftovers.ts';
import type { Outcome } from './removal.ts';

export interface Report extends Leftovers {
  /** By the name of the preview; empty where nothing was to be changed. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** What could not be asked. */
  readonly problems: readonly string[];
}

/** Whether all could be asked and all that was to go is gone. */
export function isClean({ outcomes, problems }: Report): boolean {
  return problems.length === 0 && [...outcomes.values()].every(({ kind }) => kind !== 'failed');
}

export function asJson({ previews, unmatched, outcomes, problems }: Report): string {
  const shown = previews.map((preview) => ({ ...preview, outcome: outcomes.get(nameOf(preview)) }));
  return `${JSON.stringify({ previews: shown, unmatched, problems }, undefined, 2)}\n`;
}

export function asText({ previews, unmatched, outcomes, problems }: Report): string {
  const table = new Table({ head: ['preview', 'verdict', 'why', 'what there is'], style: { head: [], border: [] } });
  for (const preview of previews) {
    const outcome = outcomes.get(nameOf(preview));
    table.push([nameOf(preview), verdictOf(preview, outcome), preview.why, thingsOf(preview.things).join('\n')]);
  }
  const failed = [...outcomes].flatMap(([name, outcome]) =>
    outcome.kind === 'failed' ? outcome.problems.map((problem) => `${name}: ${problem}`) : [],
  );
  return [
    previews.length > 0 ? table.toString() : 'There is no preview.',
    ...section('Called like a preview and not certainly one, so left alone:', thingsOf(unmatched, true)),
    ...section('Went wrong:', [...problems, ...failed]),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function verdictOf({ verdict }: Verdict, outcome: Outcome | undefined): string {
  if (verdict === 'stays') return 'stays';
  switch (outcome?.kind) {
    case undefined:
      return `goes: ${verdict}`;
    case 'removed':
      return `gone: ${verdict}`;
    case 'left':
      return `left: ${outcome.why}`;
    case 'failed':
      return 'failed, see below';
  }
}

/** A line a place; those of one kind are counted. */
function thingsOf(things: readonly Found[], byName = false): string[] {
  const places = new Map<string, string[]>();
  for (const thing of things) {
    const place = placeOf(thing);
    places.set(place, [...(places.get(place) ?? []), byName ? `${thing.kind} ${thing.name}` : thing.kind]);
  }
  return [...places].map(([place, words]) => `${place}: ${counted(words).join(', ')}`);
}

function counted(words: readonly string[]): string[] {
  return [...new Set(words)].map((word) => {
    const count = words.filter((one) => one === word).length;
    return count > 1 ? `${word} (${count})` : word;
  });
}

function placeOf(thing: Found): string {
  if ('server' in thing) return thing.server;
  if (thing.kind === 'stack') return 'Pulumi';
  return thing.kind === 'environment' ? 'GitHub' : 'Cloudflare';
}
