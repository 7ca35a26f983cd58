import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { digestOf } from '../../sandbox/cloudflare-api/access.ts';
import { shownSite } from '../../sandbox/cloudflare-api/shown-site.ts';
import { Store } from '../../sandbox/cloudflare-api/store.ts';
import { account, type Cloud, otherZone, owner, startCloud, zone } from './cloudflare-cloud.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startCloud();
});
afterEach(() => cloud.close());

const records = `/zones/${zone.id}/dns_records`;
const projects = `/accounts/${account}/pages/projects`;
const buckets = `/accounts/${account}/r2/buckets`;

const a = { type: 'A', name: 'app', content: '192.0.2.1', ttl: 300 };
const named = z.looseObject({ name: z.string() });
const withId = z.looseObject({ id: z.string() });
const codes = ({ errors }: { errors: { code: number }[] }) => errors.map(({ code }) => code);

describe('S0.6 who may ask', () => {
  test('nobody without a token, nor with another one', async () => {
    const bare = await fetch(`${cloud.url}/zones`);
    expect([bare.status, await bare.json()]).toMatchObject([400, { success: false, errors: [{ code: 9106 }] }]);
    expect(await cloud.ask('GET', '/zones', undefined, 'guessed')).toMatchObject({
      status: 403,
      errors: [{ code: 9109, message: 'Invalid access token' }],
      result: null,
    });
  });

  test('a token may do what its policies say, with what they name, until it is deleted', async () => {
    const permission_groups = [{ id: '4755a26eedb94da69e1066d98aa820be' }];
    const resources = { [`com.cloudflare.api.account.zone.${zone.id}`]: '*' };
    const policies = [{ effect: 'allow', permission_groups, resources }];
    const made = await cloud.ask('POST', '/user/tokens', { name: 'dns', policies });
    const { id, value } = z.looseObject({ id: z.string(), value: z.string() }).parse(made.result);
    expect((await cloud.ask('GET', `/user/tokens/${id}`)).result).not.toHaveProperty('value');
    expect(JSON.stringify(await cloud.ask('GET', '/user/tokens'))).not.toContain(value);

    expect((await cloud.ask('POST', records, a, value)).success).toBe(true);
    expect(codes(await cloud.ask('POST', `/zones/${otherZone.id}/dns_records`, a, value))).toEqual([9109]);
    expect(await cloud.ask('GET', projects, undefined, value)).toMatchObject({
      status: 403,
      errors: [{ code: 10000, message: 'Authentication error' }],
    });
    expect(codes(await cloud.ask('GET', '/user/tokens', undefined, value))).toEqual([10000]);
    expect((await cloud.ask('GET', '/zones', undefined, value)).result).toEqual([]);

    await cloud.ask('DELETE', `/user/tokens/${id}`);
    expect(codes(await cloud.ask('POST', records, a, value))).toEqual([9109]);
  });

  test('a permission group has the id that it has everywhere', async () => {
    const found = await cloud.ask('GET', '/user/tokens/permission_groups?name=Pages%20Write');
    expect(found.result).toEqual([
      { id: '8d28297797f24fb8a0c332fe0866ec89', name: 'Pages Write', scopes: ['com.cloudflare.api.account'] },
    ]);
    const groups = { permission_groups: [{ id: 'f'.repeat(32) }], effect: 'allow', resources: {} };
    const refused = await cloud.ask('POST', `/accounts/${account}/tokens`, { name: 'x', policies: [groups] });
    expect(refused.errors[0]?.message).toContain(`there is none with the id ${'f'.repeat(32)}`);
  });
});

describe('zones and records', () => {
  test('zones are found by name, a page at a time', async () => {
    expect((await cloud.ask('GET', '/zones?name=example.net')).result).toMatchObject([{ id: otherZone.id }]);
    const second = await cloud.ask('GET', '/zones?per_page=1&page=2');
    expect(second.result).toMatchObject([{ name: otherZone.name }]);
    expect(second.result_info).toEqual({ page: 2, per_page: 1, count: 1, total_count: 2, total_pages: 2 });
    expect((await cloud.ask('GET', '/zones?per_page=51')).status).toBe(400);
    expect((await cloud.ask('GET', `/zones/${'0'.repeat(32)}`)).status).toBe(404);
  });

  test('a record is made, found, changed in part and as a whole, and deleted', async () => {
    const made = await cloud.ask('POST', records, { ...a, proxied: true, comment: 'by hand' });
    const { id } = withId.parse(made.result);
    expect(made.result).toMatchObject({ name: 'app.example.org', ttl: 1, proxiable: true, comment: 'by hand' });
    expect((await cloud.ask('GET', `${records}?name=app.example.org&type=A`)).result).toMatchObject([{ id }]);
    await cloud.ask('PATCH', `${records}/${id}`, { proxied: false });
    const after = { ttl: 1, proxied: false, comment: 'by hand', content: '192.0.2.1' };
    expect((await cloud.ask('GET', `${records}/${id}`)).result).toMatchObject(after);
    const whole = { ...a, content: '192.0.2.9' };
    expect((await cloud.ask('PUT', `${records}/${id}`, whole)).result).toMatchObject({ id, ttl: 300, comment: null });
    expect((await cloud.ask('DELETE', `${records}/${id}`)).result).toEqual({ id });
    expect(await cloud.ask('GET', `${records}/${id}`)).toMatchObject({ status: 404, errors: [{ code: 81044 }] });
  });

  test.each([
    ['the same again', a, 81058],
    ['a CNAME beside an address', { ...a, type: 'CNAME', content: 'example.com' }, 81053],
    ['an address beside a CNAME', { ...a, name: 'www' }, 81054],
    ['a CNAME beside a CNAME', { ...a, name: 'www', type: 'CNAME', content: 'example.com' }, 81053],
    ['a name in another zone', { ...a, name: 'app.example.net' }, 9000],
    ['a name that is none', { ...a, name: 'a..b' }, 9000],
    ['a star inside', { ...a, name: 'a.*.b' }, 9000],
    ['no IPv4 address', { ...a, name: 'x', content: '2001:db8::1' }, 9005],
    ['no IPv6 address', { ...a, name: 'x', type: 'AAAA' }, 9006],
    ['half a minute', { ...a, name: 'x', ttl: 30 }, 9021],
    ['a proxied text', { ...a, name: 'x', type: 'TXT', proxied: true }, 9004],
    ['mail without a priority', { ...a, name: 'x', type: 'MX', content: 'mail.example.org' }, 9100],
    ['a type that is none', { ...a, name: 'x', type: 'B' }, 9207],
  ])('refused: %s', async (_what, body, code) => {
    await cloud.ask('POST', records, a);
    await cloud.ask('POST', records, { type: 'CNAME', name: 'www', content: 'app.example.org.', ttl: 1 });
    const refused = await cloud.ask('POST', records, body);
    expect([refused.status, codes(refused)]).toEqual([400, [code]]);
    expect(await cloud.see(records, z.array(named))).toHaveLength(2);
  });

  test('several addresses of a name, the name of the zone itself and its wildcard are fine', async () => {
    for (const body of [a, { ...a, content: '192.0.2.2' }, { ...a, name: '@' }, { ...a, name: '*' }]) {
      expect((await cloud.ask('POST', records, body)).errors).toEqual([]);
    }
    const names = (await cloud.see(records, z.array(named))).map(({ name }) => name);
    expect(names).toEqual(['app.example.org', 'app.example.org', 'example.org', '*.example.org']);
  });
});

describe('Pages', () => {
  const project = { name: 'shop', production_branch: 'main' };

  test('S0.3 a secret is never shown again, a variable is taken away by null', async () => {
    const env_vars = {
      MODE: { type: 'plain_text', value: 'live' },
      KEY: { type: 'secret_text', value: 'hunter2hunter2' },
    };
    const made = await cloud.ask('POST', projects, { ...project, deployment_configs: { production: { env_vars } } });
    expect(JSON.stringify(made)).not.toContain('hunter2');
    const shown = { ...env_vars, KEY: { type: 'secret_text', value: '' } };
    expect(made.result).toMatchObject({
      subdomain: 'shop.pages.dev',
      deployment_configs: { production: { env_vars: shown, fail_open: true }, preview: { env_vars: null } },
    });
    const file = readFileSync(join(cloud.folder, 'cloudflare.json'), 'utf8');
    expect(file).toContain(digestOf('hunter2hunter2'));
    expect(file).not.toContain('hunter2hunter2');
    const change = { deployment_configs: { production: { env_vars: { MODE: null } } } };
    expect((await cloud.ask('PATCH', `${projects}/shop`, change)).result).toMatchObject({
      deployment_configs: { production: { env_vars: { KEY: { type: 'secret_text', value: '' } } } },
    });
  });

  test('a name is taken once, is a label, and an account has 100 projects', async () => {
    expect(codes(await cloud.ask('POST', projects, { ...project, name: 'x'.repeat(59) }))).toEqual([8000012]);
    expect(codes(await cloud.ask('POST', projects, { ...project, name: 'Shop' }))).toEqual([8000012]);
    for (let number = 0; number < 100; number++) {
      await cloud.ask('POST', projects, { ...project, name: `shop-${number}` });
    }
    expect(await cloud.ask('POST', projects, { ...project, name: 'shop-0' })).toMatchObject({
      status: 409,
      errors: [{ code: 8000002 }],
    });
    expect(await cloud.ask('POST', projects, project)).toMatchObject({
      errors: [{ code: 8000027, message: 'You have reached the limit of 100 projects of this account.' }],
    });
    expect(codes(await cloud.ask('GET', `${projects}/shop`))).toEqual([8000007]);
  });

  test('S0.1 a domain is served once its name is a proxied CNAME of the project', async () => {
    await cloud.ask('POST', projects, project);
    const domains = `${projects}/shop/domains`;
    expect((await cloud.ask('POST', domains, { name: 'shop.example.org' })).result).toMatchObject({
      status: 'pending',
      zone_tag: zone.id,
    });
    expect(codes(await cloud.ask('POST', domains, { name: 'shop.example.org' }))).toEqual([8000018]);
    const cname = { type: 'CNAME', name: 'shop', content: 'shop.pages.dev', ttl: 1 };
    const { id } = withId.parse((await cloud.ask('POST', records, cname)).result);
    const status = async () =>
      (await cloud.see(`${domains}/shop.example.org`, z.looseObject({ status: z.string() }))).status;
    expect(await status()).toBe('pending');
    await cloud.ask('PATCH', `${records}/${id}`, { proxied: true });
    expect(await status()).toBe('active');
    expect(codes(await cloud.ask('DELETE', `${projects}/shop`))).toEqual([8000028]);
    await cloud.ask('DELETE', `${domains}/shop.example.org`);
    expect((await cloud.ask('DELETE', `${projects}/shop`)).success).toBe(true);
  });

  test('a project has 100 domains', async () => {
    await cloud.ask('POST', projects, project);
    for (let number = 0; number < 100; number++) {
      await cloud.ask('POST', `${projects}/shop/domains`, { name: `s${number}.example.org` });
    }
    const refused = await cloud.ask('POST', `${projects}/shop/domains`, { name: 'more.example.org' });
    expect(codes(refused)).toEqual([8000019]);
  });

  test('S0.7 deployments are listed, and production goes back to an earlier one', async () => {
    await cloud.ask('POST', projects, project);
    const deployments = `${projects}/shop/deployments`;
    const deploy = async (branch: string) => {
      const form = new FormData();
      form.set('manifest', '{"/index.html": "0123"}');
      form.set('branch', branch);
      return withId.parse((await cloud.ask('POST', deployments, form)).result);
    };
    const [first, second, preview] = [await deploy('main'), await deploy('main'), await deploy('feature/Cart')];
    expect(preview).toMatchObject({ environment: 'preview', aliases: ['https://feature-cart.shop.pages.dev'] });
    const list = await cloud.see(deployments, z.array(withId));
    expect(list.map(({ id }) => id)).toEqual([preview.id, second.id, first.id]);
    const canonical = z.looseObject({ canonical_deployment: withId, latest_deployment: withId });
    const live = async () => (await cloud.see(`${projects}/shop`, canonical)).canonical_deployment.id;
    expect(await live()).toBe(second.id);
    await cloud.ask('POST', `${deployments}/${first.id}/rollback`);
    expect(await live()).toBe(first.id);
    expect(codes(await cloud.ask('POST', `${deployments}/${preview.id}/rollback`))).toEqual([8000039]);
  });

  test('S0.1, S0.7 visitors get what the CNAME of a custom domain leads to', async () => {
    await cloud.ask('POST', projects, project);
    const shown = () => shownSite('www.example.org', new Store(join(cloud.folder, 'cloudflare.json')).state);
    const deploy = async (branch: string, commit: string) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ branch, commit_hash: commit, manifest: '{}' }))
        form.set(name, value);
      return withId.parse((await cloud.ask('POST', `${projects}/shop/deployments`, form)).result).id;
    };
    const record = { type: 'CNAME', name: 'www.example.org', ttl: 1, proxied: true };
    const { id } = withId.parse((await cloud.ask('POST', records, { ...record, content: 'shop.pages.dev' })).result);
    expect(shown(), 'a name alone').toMatchObject({ status: 522 });
    await cloud.ask('POST', `${projects}/shop/domains`, { name: 'www.example.org' });
    expect(shown(), 'nothing uploaded').toMatchObject({ status: 404 });
    const version = () => z.object({ version: z.string() }).parse(JSON.parse(shown().body)).version;
    const first = await deploy('main', 'one');
    await deploy('main', 'two');
    await deploy('feature/Cart', 'three');
    expect(version()).toBe('two');
    await cloud.ask('POST', `${projects}/shop/deployments/${first}/rollback`);
    expect(version()).toBe('one');
    const lead = (content: string) => cloud.ask('PUT', `${records}/${id}`, { ...record, content });
    await lead('feature-cart.shop.pages.dev');
    expect(version()).toBe('three');
    await lead(`${first.slice(0, 8)}.shop.pages.dev`);
    expect(version()).toBe('one');
    await lead('other.pages.dev');
    expect(shown()).toMatchObject({ status: 522 });
  });
});

describe('S1.6 buckets', () => {
  test('a bucket is made once, in its place', async () => {
    const made = await cloud.ask('POST', buckets, { name: 'uploads', locationHint: 'apac' });
    expect(made.result).toMatchObject({ name: 'uploads', location: 'APAC', storage_class: 'Standard' });
    expect(await cloud.ask('POST', buckets, { name: 'uploads' })).toMatchObject({
      status: 409,
      errors: [{ code: 10004 }],
    });
    expect(codes(await cloud.ask('POST', buckets, { name: 'A' }))).toEqual([10005]);
    expect(codes(await cloud.ask('GET', `${buckets}/other`))).toEqual([10006]);
    expect(await cloud.ask('GET', buckets)).toMatchObject({ result: { buckets: [{ name: 'uploads' }] } });
  });

  test('rules for browsers and for the life of objects', async () => {
    await cloud.ask('POST', buckets, { name: 'uploads' });
    expect(codes(await cloud.ask('GET', `${buckets}/uploads/cors`))).toEqual([10059]);
    const rules = [{ allowed: { methods: ['GET'], origins: ['https://example.org'] }, maxAgeSeconds: 60 }];
    await cloud.ask('PUT', `${buckets}/uploads/cors`, { rules });
    expect((await cloud.ask('GET', `${buckets}/uploads/cors`)).result).toEqual({ rules });
    expect((await cloud.ask('GET', `${buckets}/uploads/lifecycle`)).result).toMatchObject({
      rules: [{ id: 'Default Multipart Abort Rule' }],
    });
  });
});

describe('errors on demand', () => {
  test('429 closes the API for as long as it says', async () => {
    await cloud.faults('POST', { status: 429, retryAfter: 60, path: '/zones' });
    const limited = await fetch(`${cloud.url}/zones`, { headers: { authorization: `Bearer ${owner}` } });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await cloud.ask('GET', '/zones')).status).toBe(429);
    expect(await cloud.faults('GET')).toEqual({ waiting: [], early: 1 });
    await cloud.faults('DELETE');
    expect((await cloud.ask('GET', '/zones')).status).toBe(200);
  });

  test('an answer is lost before or after the work', async () => {
    const post = async () =>
      (
        await fetch(cloud.url + records, {
          method: 'POST',
          headers: { authorization: `Bearer ${owner}` },
          body: JSON.stringify(a),
        })
      ).status;
    await cloud.faults('POST', { status: 503, method: 'POST' });
    expect(await post()).toBe(503);
    expect(await cloud.see(records, z.array(named))).toEqual([]);
    await cloud.faults('POST', { status: 502, method: 'POST', applied: true });
    expect(await post()).toBe(502);
    expect(await cloud.see(records, z.array(named))).toMatchObject([{ name: 'app.example.org' }]);
  });
});

test('as a process of its own: its port is its first line, its state is there again after SIGKILL', async () => {
  const main = resolve(import.meta.dirname, '../../sandbox/cloudflare-api/main.ts');
  const state = join(cloud.folder, 'process.json');
  const seed = JSON.stringify({ accounts: [{ id: account, name: 'acme', zones: [zone] }] });
  const live = async (work: (url: string) => Promise<void>) => {
    const env = { ...process.env, CLOUDFLARE_API_TOKEN: owner };
    const child = execFile(process.execPath, [main, '--state', state, '--seed', seed], { env });
    const port = await new Promise<string>((found) => child.stdout?.once('data', (line: string) => found(line.trim())));
    await work(`http://127.0.0.1:${port}/client/v4${records}`);
    const ended = new Promise((end) => child.once('exit', end));
    child.kill('SIGKILL');
    await ended;
  };
  const headers = { authorization: `Bearer ${owner}` };
  await live(async (url) => {
    expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(a) })).status).toBe(200);
  });
  await live(async (url) => {
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ result: [{ name: 'app.example.org' }] });
  });
  expect(readFileSync(state, 'utf8')).not.toContain(owner);
});
