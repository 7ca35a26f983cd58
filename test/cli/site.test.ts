/** S0.7: the command `site` on the stand-in of Cloudflare's API, run as a user runs it. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { account, type Cloud, owner, startCloud } from '../sandbox/cloudflare-cloud.ts';

const script = resolve(import.meta.dirname, '../../cli/site.ts');
const projects = `/accounts/${account}/pages/projects`;
const made = z.object({ id: z.string() });

describe('S0.7: deployments of a site', () => {
  let cloud: Cloud;
  const deployments: string[] = [];

  const site = async (...args: string[]) => {
    const env = {
      ...process.env,
      CLOUDFLARE_BASE_URL: cloud.url,
      CLOUDFLARE_API_TOKEN: owner,
      CLOUDFLARE_ACCOUNT_ID: account,
    };
    return promisify(execFile)(process.execPath, [script, ...args], { env }).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
    );
  };
  const live = async () => {
    const shape = z.object({ canonical_deployment: made });
    return (await cloud.see(`${projects}/shop`, shape)).canonical_deployment.id;
  };

  beforeAll(async () => {
    cloud = await startCloud();
    await cloud.ask('POST', projects, { name: 'shop', production_branch: 'main' });
    for (const branch of ['main', 'main', 'feature']) {
      const upload = new FormData();
      upload.set('manifest', '{}');
      upload.set('branch', branch);
      deployments.push(made.parse((await cloud.ask('POST', `${projects}/shop/deployments`, upload)).result).id);
    }
  });
  afterAll(() => cloud.close());

  test('are listed, the newest first and those of previews not', async () => {
    const { text } = await site('list', 'shop', '--json');
    expect(
      z
        .array(made)
        .parse(JSON.parse(text))
        .map(({ id }) => id),
    ).toEqual([deployments[1], deployments[0]]);
    expect((await site('list', 'shop')).text).toContain(deployments[0]);
  });

  test('are gone back to', async () => {
    expect(await live()).toBe(deployments[1]);
    expect(await site('rollback', 'shop', deployments[0] ?? '')).toMatchObject({ code: 0 });
    expect(await live()).toBe(deployments[0]);
  });

  test('that are not there, or are a preview, are refused in Cloudflare’s words, without the token', async () => {
    for (const [name, id, says] of [
      ['shop', 'nope', 'Deployment not found'],
      ['shop', deployments[2], 'Only a production deployment can be rolled back to'],
      ['none', deployments[0], 'nothing was changed'],
    ] as const) {
      const { code, text } = await site('rollback', name, id ?? '');
      expect([code, text]).toEqual([1, expect.stringContaining(says)]);
      expect(text).not.toContain(owner);
    }
    expect(await live()).toBe(deployments[0]);
  });
});
