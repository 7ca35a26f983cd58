/** S0.7: the command `site` on the stand-in of Cloudflare's API, run as a user runs it. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { chat } from '../../stacks/cloudflare.ts';
import { account, type Cloud, owner, startCloud, zone } from '../sandbox/cloudflare-cloud.ts';

const script = resolve(import.meta.dirname, '../../cli/site.ts');
const projects = `/accounts/${account}/pages/projects`;
const made = z.object({ id: z.string() });

describe('S0.7: deployments of a site', () => {
  let cloud: Cloud;
  const deployments: string[] = [];

  const site = async (...args: string[]) => siteWith({}, ...args);
  const siteWith = async (instead: NodeJS.ProcessEnv, ...args: string[]) => {
    const env = {
      ...process.env,
      CLOUDFLARE_BASE_URL: cloud.url,
      CLOUDFLARE_API_TOKEN: owner,
      CLOUDFLARE_ACCOUNT_ID: account,
      ...instead,
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

  const deploy = async (name: string, branch: string) => {
    const upload = new FormData();
    upload.set('manifest', '{}');
    upload.set('branch', branch);
    return made.parse((await cloud.ask('POST', `${projects}/${name}/deployments`, upload)).result).id;
  };

  beforeAll(async () => {
    cloud = await startCloud();
    await cloud.ask('POST', projects, { name: 'shop', production_branch: 'main' });
    for (const branch of ['main', 'main', 'feature']) deployments.push(await deploy('shop', branch));
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

  test('need a token and an account, and what is missing is told at once', async () => {
    const none = { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined };
    for (const args of [['list', 'shop'] as const, ['rollback', 'shop', 'x'] as const]) {
      expect(await siteWith(none, ...args)).toEqual({
        code: 1,
        text: [
          'CLOUDFLARE_API_TOKEN: is missing: expected an API token that may edit Cloudflare Pages',
          'CLOUDFLARE_ACCOUNT_ID: is missing: expected it, or --account <id>\n',
        ].join('\n'),
      });
    }
    const { CLOUDFLARE_ACCOUNT_ID } = none;
    expect(await siteWith({ CLOUDFLARE_ACCOUNT_ID }, 'list', 'shop', '--account', account)).toMatchObject({ code: 0 });
  });

  describe('of chats that share a Pages project', () => {
    const own: string[] = [];
    beforeAll(async () => {
      await cloud.ask('POST', projects, { name: 'shared', production_branch: 'main' });
      own.push(await deploy('shared', 'abc123'));
      // More than a page has.
      for (let count = 0; count < 30; count++) await deploy('shared', 'def456');
      own.unshift(await deploy('shared', 'abc123'));
    });

    test('are listed by the chat, on whichever page they are, as the settings of a stack take them', async () => {
      const { text } = await site('list', 'shared', '--branch', 'abc123', '--json');
      const listed = z.array(made).parse(JSON.parse(text));
      expect(listed.map(({ id }) => id)).toEqual(own);
      const table = (await site('list', 'shared', '--branch', 'abc123')).text;
      for (const id of own) {
        expect(chat.shape.deployment.parse(id.slice(0, 8))).toBe(id.slice(0, 8));
        expect(table).toMatch(new RegExp(`│ ${id.slice(0, 8)} +│`));
      }
      expect(table).not.toContain('def456');
    });

    test('are 25 at most, and none of a branch that is not there', async () => {
      const { text } = await site('list', 'shared', '--branch', 'def456', '--json');
      expect(z.array(made).parse(JSON.parse(text))).toHaveLength(25);
      expect((await site('list', 'shared', '--branch', 'nobody', '--json')).text).toBe('[]\n');
    });

    test('are served to visitors of a name that leads to one of them', async () => {
      const name = `abc123.${zone.name}`;
      const domains = `${projects}/shared/domains`;
      await cloud.ask('POST', domains, { name });
      const record = { type: 'CNAME', name, ttl: 1, proxied: true };
      const path = `/zones/${zone.id}/dns_records`;
      const { id } = made.parse(
        (await cloud.ask('POST', path, { ...record, content: 'abc123.shared.pages.dev' })).result,
      );
      const status = async () => (await cloud.see(`${domains}/${name}`, z.object({ status: z.string() }))).status;
      expect(await status()).toBe('active');
      await cloud.ask('PUT', `${path}/${id}`, { ...record, content: `${own[1]?.slice(0, 8)}.shared.pages.dev` });
      expect(await status()).toBe('active');
      await cloud.ask('PUT', `${path}/${id}`, { ...record, content: 'abc123.notshared.pages.dev' });
      expect(await status()).toBe('pending');
    });
  });
});
