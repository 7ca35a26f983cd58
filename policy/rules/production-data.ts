import { z } from 'zod';
import { directoryOf } from '../../stacks/names.ts';
import { hostIn } from '../../stacks/isolation.ts';
import { type Leaf, leavesOf } from '../leaves.ts';
import { networksOf, slugsIn } from '../networks.ts';
import type { Finding, Rule, Subject } from '../rule.ts';
import { isNamedAfter, slugIn, type Stage } from '../stage.ts';

/** What is production's beside what follows from names; the databases as connection strings have them. */
const settings = z.object({
  hosts: z.array(z.string()).default([]),
  databases: z.array(z.string()).default([]),
  buckets: z.array(z.string()).default([]),
});

type ProductionData = z.output<typeof settings>;

const strings = { type: 'array', items: { type: 'string' } } as const;

/** Properties that are the slug of what holds data, or begin with it (`{slug}/postgres`). */
const slugs: Readonly<Record<string, string>> = {
  'codeb:index:Workload': 'slug',
  'codeb:index:CaddySite': 'name',
  'codeb:index:PortLease': 'owner',
  'codeb:index:Password': 'owner',
  'cloudflare:index/r2Bucket:R2Bucket': 'name',
};

type Below = Exclude<Stage, { kind: 'production' }>;

/** @param hosts production's of the hosted projects, their databases among them */
export function productionData(hosts: readonly string[]): Rule {
  return {
    name: 'no-production-data',
    description: 'Previews and staging name no folder, slug, network, host, bucket or database of production (S3.2).',
    settings: { properties: { hosts: strings, databases: strings, buckets: strings } },
    check: (subject, given) => {
      const { stage } = subject;
      if (stage.kind === 'production' || isOfServer(subject)) return [];
      const { hosts: more, ...named } = settings.parse(given);
      const data = { ...named, hosts: [...hosts, ...more].map((host) => host.toLowerCase()) };
      return [
        ...networkFindings(subject, stage),
        ...leavesOf(subject.inputs).flatMap((leaf) => [
          ...slugFindings(subject.type, leaf, stage),
          ...folderFindings(leaf, stage),
          ...bucketFindings(leaf, stage),
          ...nameFindings(leaf, data, stage),
        ]),
      ];
    },
  };
}

/** Stages may share a server: its preparation and its own records say nothing of a project's data. */
function isOfServer({ types }: Subject): boolean {
  return types.length > 1 && types.includes('codeb:index:Server') && !types.includes('codeb:index:Workload');
}

function slugFindings(type: string, { property, text }: Leaf, stage: Below): Finding[] {
  if (slugs[type] !== property) return [];
  const slug = text.split('/')[0] ?? '';
  if (isNamedAfter(stage, slug)) return [];
  return [{ property, found: `'${text}'`, expected: `a name of ${nameOf(stage)}: '${slugIn(stage)}'` }];
}

function networkFindings(subject: Subject, stage: Below): Finding[] {
  return networksOf(subject).flatMap(({ property, text }) => {
    const slugs = slugsIn(text);
    if (slugs.length === 0 || slugs.some((slug) => isNamedAfter(stage, slug))) return [];
    const expected = `a pod or network of ${nameOf(stage)}: '${slugIn(stage)}'`;
    return [{ property, found: `'${text}'`, expected }];
  });
}

const folder = new RegExp(`${directoryOf('')}([a-z0-9-]+)`, 'g');

function folderFindings({ property, text }: Leaf, stage: Below): Finding[] {
  const others = [...text.matchAll(folder)].filter(([, slug = '']) => !isNamedAfter(stage, slug)).map(([path]) => path);
  return [...new Set(others)].map((path) => ({
    property,
    found: `the folder ${path}`,
    expected: `a folder of ${nameOf(stage)}: ${directoryOf(slugIn(stage))}`,
  }));
}

/** The bucket that an app is told: stacks/variables.ts. */
function bucketFindings({ property, text }: Leaf, stage: Below): Finding[] {
  const told = [...text.matchAll(/^S3_BUCKET=(.+)$/gm)].map(([, bucket = '']) => bucket);
  return told
    .filter((bucket) => !isNamedAfter(stage, bucket))
    .map((bucket) => ({
      property,
      found: `the bucket '${bucket}'`,
      expected: `a bucket of ${nameOf(stage)}: '${slugIn(stage)}'`,
    }));
}

function nameFindings(
  { property, text }: Leaf,
  { hosts, databases, buckets }: ProductionData,
  stage: Below,
): Finding[] {
  // The zone is the server's; the record's name is what counts.
  const host = property === 'zone' ? undefined : hostIn(text, hosts);
  const database = databases.find((name) => hasWord(text, name));
  const bucket = buckets.find((name) => hasWord(text, name));
  const expected = `a name of ${nameOf(stage)}, which never touches production's`;
  return [
    ...(host === undefined ? [] : [{ property, found: `production's host '${host}'`, expected }]),
    ...(database === undefined ? [] : [{ property, found: `production's database '${database}'`, expected }]),
    ...(bucket === undefined ? [] : [{ property, found: `production's bucket '${bucket}'`, expected }]),
  ];
}

function nameOf(stage: Below): string {
  return stage.kind === 'preview' ? `the preview ${slugIn(stage)}` : 'staging';
}

/** As a whole, not as a part of a longer name. */
function hasWord(text: string, word: string): boolean {
  const literal = word.replaceAll(/[^\w]/g, '\\$&');
  return new RegExp(`(?<![\\w.-])${literal}(?![\\w-]|\\.\\w)`).test(text);
}
