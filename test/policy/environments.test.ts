/** What an environment may do is data (stacks/environments.ts): the pack follows it, as the plan does. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { movingImage } from '../../policy/rules/moving-image.ts';
import { unprotectedData } from '../../policy/rules/unprotected-data.ts';
import { type Environment, type EnvironmentName, environments } from '../../stacks/environments.ts';
import { plan } from '../../stacks/plan.ts';
import { settings, withApp } from '../stacks/inputs.ts';
import { said, workload } from './subject.ts';

/** For one test. */
function change(name: EnvironmentName, changes: Partial<Environment>): void {
  const before = { ...environments[name] };
  Object.assign(environments[name], changes);
  onTestFinished(() => void Object.assign(environments[name], before));
}

describe('S3.2: the pack follows what an environment may do', () => {
  const image = 'ghcr.io/example/app:latest';
  const inputs = workload({ units: { 'shop-app.container': `[Container]\nImage=${image}\n` } });
  const planIn = (environment: EnvironmentName) =>
    plan({ settings: settings({ environment }), projects: [withApp('shop', { image })] }).kind;

  test('an image that moves, in staging and in production', () => {
    const found = (stack: string) => said(movingImage, { stack, inputs }).length;
    expect([planIn('staging'), found('staging'), planIn('production'), found('production')]).toEqual([
      ...['ok', 0],
      ...['refused', 1],
    ]);
    change('staging', { movingTags: false });
    change('production', { movingTags: true });
    expect([planIn('staging'), found('staging'), planIn('production'), found('production')]).toEqual([
      ...['refused', 1],
      ...['ok', 0],
    ]);
  });

  test('data without protection, in staging, in a preview and in production', () => {
    const units = { 'shop-postgres.container': '[Container]\nImage=docker.io/library/postgres:15\n' };
    const subjects = [
      { inputs: workload({ units, onDelete: 'remove' }) },
      { type: 'cloudflare:index/r2Bucket:R2Bucket', inputs: {} },
    ];
    const found = (stack: string) => subjects.flatMap((one) => said(unprotectedData, { ...one, stack })).length;
    expect([found('staging'), found('shop-pr-7'), found('production')]).toEqual([0, 0, 2]);
    change('staging', { protectData: true });
    change('preview', { protectData: true });
    change('production', { protectData: false });
    expect([found('staging'), found('shop-pr-7'), found('production')]).toEqual([2, 2, 0]);
  });
});
