import { environments } from '../../stacks/environments.ts';
import { isDatabase } from '../database.ts';
import type { Finding, Rule, Subject } from '../rule.ts';
import { unitsOf, valuesOf, workloadOf } from '../workload.ts';

/** What the provider's own default keeps: `onDelete` in provider/schema.ts. */
const harmless = ['keep', 'archive', undefined];

const buckets = ['cloudflare:index/r2Bucket:R2Bucket'];

export const unprotectedData: Rule = {
  name: 'no-unprotected-data',
  description: 'Databases and buckets are protected, or outlive their deletion: `protectData` of the environment.',
  check: (subject) => {
    if (!environments[subject.stage.kind].protectData || subject.isProtected) return [];
    return [...workloadFindings(subject), ...bucketFindings(subject)];
  },
};

function workloadFindings(subject: Subject): Finding[] {
  const workload = workloadOf(subject);
  if (!workload || harmless.includes(workload.onDelete)) return [];
  const databases = unitsOf(workload)
    .filter(({ text }) => valuesOf(text, 'Image').some(isDatabase))
    .map(({ property }) => `a database in ${property}`);
  // With engine docker a project has no unit: what its containers keep is in its folders all the same.
  const kept = Object.keys(workload.folders).filter((folder) => folder.startsWith('data/'));
  const held = databases.length > 0 ? databases : kept.map((folder) => `what a database keeps in its folder ${folder}`);
  return held.map((data) => ({
    property: 'onDelete',
    found: `'${workload.onDelete}' without \`protect\`, and ${data}`,
    expected: "'keep' or 'archive', or the resource option `protect: true`",
  }));
}

function bucketFindings({ type }: Subject): Finding[] {
  if (!buckets.includes(type)) return [];
  return [{ property: 'protect', found: 'a bucket without it', expected: 'the resource option `protect: true`' }];
}
