import { runtime } from '@pulumi/pulumi';
import { expect, test } from 'vitest';
import { findingsOf } from '../../cli/preflight/findings.ts';
import program from '../../index.ts';
import { planOf } from '../../stacks/plan.ts';
import { describe } from '../../stacks/problems.ts';
import { inFile, project, settings } from './inputs.ts';

const own = inFile(settings());
const projects = [project('shop'), project('blog')];
const says = (config: object) => {
  const result = planOf({ ...own, ...config }, projects);
  return result.kind === 'refused' ? result.problems.map(describe) : [];
};

const misnamed = { 'codeb-infra:projects': '{"shop":{}}', variables: { secure: 'v1:abc' } };
const refused = [
  "codeb-infra:projects: is read by nothing: expected 'codeb:projects'",
  "variables: is read by nothing: expected 'codeb:variables'",
];

test('S3.3: settings under the name of the Pulumi project, or under none, are refused by their right name', () => {
  expect(says(misnamed)).toEqual(refused);
});

test('S3.3: beside all else that is wrong', () => {
  expect(says({ ...misnamed, 'codeb:colour': 'red' })).toEqual([...refused, 'codeb.colour: unknown key']);
});

test('S3.3: preflight tells them as well', () => {
  const { problems } = findingsOf({ config: { ...own, ...misnamed }, projects, others: {}, today: '2026-11-21' });
  expect(problems.map(describe)).toEqual(refused);
});

test('S3.3: so does the program, before it makes anything', async () => {
  runtime.setAllConfig({ 'codeb:environment': 'production', 'codeb-infra:projects': '{"codeb":{}}' });
  await expect(program()).rejects.toThrow(`The stack is refused; nothing was changed:\n  ${refused[0]}`);
});

test('settings of providers and of the engine are their own business', () => {
  expect(says({ 'pulumi:tags': '{}', 'cloudflare:apiToken': 'x' })).toEqual([]);
});
