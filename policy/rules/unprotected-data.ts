import { environments } from '../../stacks/environments.ts';
import { isDatabase } from '../database.ts';
import type { Rule, Subject } from '../rule.ts';
import { dataFoldersOf, unitsOf, valuesOf, workloadOf } from '../workload.ts';

const buckets = ['cloudflare:index/r2Bucket:R2Bucket'];

export const unprotectedData: Rule = {
  name: 'no-unprotected-data',
  description: 'Pulumi deletes and replaces no database and no bucket: `protectData` of the environment.',
  check: (subject) => {
    if (!environments[subject.stage.kind].protectData || subject.isProtected) return [];
    return dataOf(subject).map((data) => ({
      property: 'protect',
      found: `${data} without it`,
      expected: 'the resource option `protect: true`, which `codeb:protectData: false` takes away',
    }));
  },
};

function dataOf(subject: Subject): string[] {
  if (buckets.includes(subject.type)) return ['a bucket'];
  const workload = workloadOf(subject);
  if (!workload) return [];
  const databases = unitsOf(workload)
    .filter(({ text }) => valuesOf(text, 'Image').some(isDatabase))
    .map(({ property }) => `a database in ${property}`);
  if (databases.length > 0) return databases;
  return dataFoldersOf(workload).map((folder) => `what a database keeps in its folder ${folder}`);
}
