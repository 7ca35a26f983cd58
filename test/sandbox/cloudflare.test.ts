import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiToken } from '@pulumi/cloudflare/apiToken.js';
import { DnsRecord } from '@pulumi/cloudflare/dnsRecord.js';
import { getApiTokenPermissionGroupsListOutput } from '@pulumi/cloudflare/getApiTokenPermissionGroupsList.js';
import { getZone } from '@pulumi/cloudflare/getZone.js';
import { PagesDomain } from '@pulumi/cloudflare/pagesDomain.js';
import { PagesProject } from '@pulumi/cloudflare/pagesProject.js';
import type { Provider } from '@pulumi/cloudflare/provider.js';
import { R2Bucket } from '@pulumi/cloudflare/r2bucket.js';
import { R2BucketCors } from '@pulumi/cloudflare/r2bucketCors.js';
import { R2BucketLifecycle } from '@pulumi/cloudflare/r2bucketLifecycle.js';
import { CustomResource, type CustomResourceOptions, secret } from '@pulumi/pulumi';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Project } from '../../components/project.ts';
import { permissionGroups } from '../../sandbox/cloudflare-api/permission-groups.ts';
import { planned } from '../stacks/planned.ts';
import { account, type Cloud, failureOf, otherZone, owner, startCloud, zone } from './cloudflare-cloud.ts';

// The first look for the Pulumi CLI may build it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 });

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startCloud();
});
afterEach(() => cloud.close());

const records = `/zones/${zone.id}/dns_records`;
const projects = `/accounts/${account}/pages/projects`;
const buckets = `/accounts/${account}/r2/buckets`;
const withId = z.looseObject({ id: z.string() });
const live = () => cloud.see(records, z.array(withId));

/** What a small site of a project needs, and what of it may change. */
interface Site {
  address: string;
  variables: Record<string, string>;
  secret: string;
  origins: string[];
}

const first: Site = {
  address: '192.0.2.1',
  variables: { MODE: 'live', OLD: 'x' },
  secret: 'hunter2-in-a-variable',
  origins: ['https://shop.example.org'],
};

async function site(provider: Provider, { address, variables, secret, origins }: Site) {
  const options = { provider };
  const { zoneId = '' } = await getZone({ filter: { match: 'all', name: zone.name } }, options);
  const groups = getApiTokenPermissionGroupsListOutput({ name: 'Pages Write' }, options).results;
  const token = new ApiToken(
    'deploy',
    {
      name: 'deploy shop',
      policies: [
        {
          effect: 'allow',
          permissionGroups: [{ id: groups.apply(([group]) => group?.id ?? '') }],
          resources: JSON.stringify({ [`com.cloudflare.api.account.${account}`]: '*' }),
        },
      ],
    },
    options,
  );
  const plain = Object.entries(variables).map(([name, value]) => [name, { type: 'plain_text', value }]);
  const project = new PagesProject(
    'shop',
    {
      accountId: account,
      name: 'shop',
      productionBranch: 'main',
      deploymentConfigs: {
        preview: { envVars: {} },
        production: { envVars: { ...Object.fromEntries(plain), KEY: { type: 'secret_text', value: secret } } },
      },
    },
    options,
  );
  const at = { zoneId, ttl: 1, proxied: true };
  const name = new DnsRecord('shop', { ...at, name: 'shop', type: 'CNAME', content: project.subdomain }, options);
  new DnsRecord('api', { zoneId, name: 'api', type: 'A', content: address, ttl: 300, comment: 'of the API' }, options);
  const domain = new PagesDomain(
    'shop',
    { accountId: account, projectName: project.name, name: 'shop.example.org' },
    { ...options, dependsOn: [name] },
  );
  const bucket = new R2Bucket('uploads', { accountId: account, name: 'uploads', location: 'apac' }, options);
  const ofBucket = { accountId: account, bucketName: bucket.name };
  new R2BucketCors('uploads', { ...ofBucket, rules: [{ allowed: { methods: ['PUT'], origins } }] }, options);
  const expire = { deleteObjectsTransition: { condition: { type: 'Age', maxAge: 86_400 } } };
  const rule = { id: 'expire', enabled: true, conditions: { prefix: 'tmp/' }, ...expire };
  new R2BucketLifecycle('uploads', { ...ofBucket, rules: [rule] }, options);
  return { zoneId, subdomain: project.subdomain, status: domain.status, location: bucket.location, token: token.value };
}

const record = (provider: Provider, args: object = {}, options: CustomResourceOptions = {}) =>
  new DnsRecord(
    'app',
    { zoneId: zone.id, name: 'app', type: 'A', content: '192.0.2.1', ttl: 300, ...args },
    { provider, ...options },
  );

/** A resource as the engine is told of it: the SDK's own leave out what they do not know. */
class Bare extends CustomResource {}

/** The state as the backend keeps it. */
const stateOf = ({ name }: Stack) =>
  readFile(join(cloud.folder, `state/.pulumi/stacks/codeb-infra/${name}.json`), 'utf8');

const changesOf = async (operation: ReturnType<Stack['up']>) => (await operation).summary.resourceChanges;

describe('the whole life of what a site needs', () => {
  test('S0.1 S0.3 S1.6 made, unchanged, changed in place, found drifted, put right, taken away', async () => {
    let given = first;
    const stack = await cloud.stack((provider) => site(provider, given));

    const up = await stack.up();
    expect(up.outputs).toMatchObject({
      zoneId: { value: zone.id },
      subdomain: { value: 'shop.pages.dev' },
      status: { value: 'active' },
      location: { value: 'apac' },
      token: { secret: true },
    });
    expect((await cloud.ask('GET', projects, undefined, up.outputs.token?.value)).success).toBe(true);
    expect((await cloud.ask('GET', '/user/tokens', undefined, up.outputs.token?.value)).status).toBe(403);
    expect(await changesOf(stack.up())).toEqual({ same: 10 });
    expect((await stack.refresh({ expectNoChanges: true })).summary.resourceChanges).toEqual({ same: 10 });

    given = { ...first, address: '192.0.2.2', variables: { MODE: 'dev' }, origins: ['https://example.net'] };
    const before = await live();
    const { stdout } = await stack.preview({ diff: true });
    expect(stdout).toMatch(/~ content: "192.0.2.1" => "192.0.2.2"/);
    expect(await changesOf(stack.up())).toEqual({ same: 7, update: 3 });
    expect((await live()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    const configs = z.looseObject({
      deployment_configs: z.looseObject({ production: z.looseObject({ env_vars: z.json() }) }),
    });
    const variables = async () => (await cloud.see(`${projects}/shop`, configs)).deployment_configs.production.env_vars;
    const wanted = { MODE: { type: 'plain_text', value: 'dev' }, KEY: { type: 'secret_text', value: '' } };
    expect(await variables()).toEqual(wanted);

    const idOf = async (name: string) => (await live()).find((one) => one.name === name)?.id ?? '';
    await cloud.ask('DELETE', `${records}/${await idOf('shop.example.org')}`);
    await cloud.ask('PATCH', `${records}/${await idOf('api.example.org')}`, {
      content: '192.0.2.66',
      comment: 'by hand',
    });
    const byHand = { MORE: { type: 'plain_text', value: 'by hand' } };
    await cloud.ask('PATCH', `${projects}/shop`, { deployment_configs: { production: { env_vars: byHand } } });
    const drift = await stack.refresh();
    expect(drift.stdout).toMatch(/DnsRecord shop deleted/);
    expect(drift.stdout).toMatch(/DnsRecord api updated .*diff: ~comment,content/);
    expect(drift.summary.resourceChanges).toEqual({ delete: 1, update: 2, same: 7 });
    await stack.up();
    expect(await live()).toMatchObject([
      { name: 'api.example.org', content: '192.0.2.2', comment: 'of the API' },
      { name: 'shop.example.org', type: 'CNAME', proxied: true },
    ]);
    expect(await variables()).toEqual(wanted);

    const { stdout: gone } = await stack.destroy();
    expect(gone).toContain('the lifecycle rules of the bucket uploads stay');
    expect(await live()).toEqual([]);
    expect((await cloud.ask('GET', projects)).result).toEqual([]);
    expect((await cloud.ask('GET', '/user/tokens')).result).toEqual([]);
  });

  test('S0.6 no secret is in the output of the engine or in its state', async () => {
    const stack = await cloud.stack((provider) => site(provider, first));
    const shown: string[] = [];
    const onOutput = (text: string) => shown.push(text);
    const { outputs } = await stack.up({ onOutput });
    await stack.preview({ diff: true, onOutput });
    await cloud.ask('PATCH', `${records}/${(await live())[0]?.id}`, { comment: 'by hand' });
    await stack.refresh({ onOutput });
    const state = await stateOf(stack);
    expect(state).toContain('"KEY":');
    const secrets = [first.secret, z.string().parse(outputs.token?.value), 'owner-token-of-the-test'];
    const file = await readFile(join(cloud.folder, 'cloudflare.json'), 'utf8');
    for (const secret of secrets) {
      for (const text of [shown.join(''), state, file]) expect(text).not.toContain(secret);
    }
  });
});

describe('replacement and import', () => {
  test('another type or zone makes another record; another name does not', async () => {
    let args: object = {};
    const stack = await cloud.stack((provider) => ({ id: record(provider, args).id }));
    const id = async () => (await stack.up()).outputs.id?.value;
    const before = await id();
    args = { name: 'other' };
    expect(await id()).toBe(before);
    args = { name: 'other', type: 'AAAA', content: '2001:db8::1' };
    expect(await id()).not.toBe(before);
    args = { ...args, zoneId: otherZone.id };
    await stack.up();
    expect(await live()).toEqual([]);
    expect(await cloud.see(`/zones/${otherZone.id}/dns_records`, z.array(withId))).toHaveLength(1);
  });

  test('what is there is taken over by its id, and nothing changes', async () => {
    const a = { type: 'A', name: 'app', content: '192.0.2.1', ttl: 300 };
    const { id } = withId.parse((await cloud.ask('POST', records, a)).result);
    const byHand = { preview: { env_vars: { MODE: { type: 'plain_text', value: 'by hand' } } } };
    await cloud.ask('POST', projects, { name: 'shop', production_branch: 'main', deployment_configs: byHand });
    await cloud.ask('POST', `${projects}/shop/domains`, { name: 'shop.example.org' });
    await cloud.ask('POST', buckets, { name: 'uploads', locationHint: 'apac' });
    const accountId = account;
    let productionBranch = 'main';
    const stack = await cloud.stack((provider) => {
      record(provider, { name: 'app.example.org' }, { import: `${zone.id}/${id}` });
      const pages = { provider, import: `${account}/shop` };
      const project = new PagesProject('shop', { accountId, name: 'shop', productionBranch }, pages);
      const domain = { accountId, projectName: project.name, name: 'shop.example.org' };
      new PagesDomain('shop', domain, { provider, import: `${account}/shop/shop.example.org` });
      const bucket = { accountId, name: 'uploads', location: 'apac' };
      new R2Bucket('uploads', bucket, { provider, import: `${account}/uploads/default` });
      return {};
    });
    expect(await changesOf(stack.up())).toEqual({ create: 2, import: 4 });
    expect(await changesOf(stack.up())).toEqual({ same: 6 });
    // What the program does not name is not its own.
    productionBranch = 'trunk';
    expect(await changesOf(stack.up())).toEqual({ same: 5, update: 1 });
    expect((await cloud.ask('GET', `${projects}/shop`)).result).toMatchObject({ deployment_configs: byHand });
    await stack.destroy();
    expect(await live()).toEqual([]);
  });

  test('an id of another form is refused with the form that it should have', async () => {
    const stack = await cloud.stack((provider) => ({ id: record(provider, {}, { import: 'abc' }).id }));
    expect(await failureOf(stack.up())).toContain(
      '"abc" cannot be imported: the id has the form <zone_id>/<dns_record_id>',
    );
  });
});

describe("S0.5 Cloudflare's own troubles", () => {
  test('429 is waited for as long as it says, 503 is asked again: no record is lost or there twice', async () => {
    const stack = await cloud.stack((provider) => ({ id: record(provider).id }));
    await cloud.faults('POST', { status: 429, retryAfter: 1, method: 'POST' });
    await cloud.faults('POST', { status: 503, count: 2, method: 'POST' });
    await stack.up();
    expect(await cloud.faults('GET')).toEqual({ waiting: [], early: 0 });
    expect(await live()).toHaveLength(1);
    await cloud.faults('POST', { status: 503, count: 2, method: 'DELETE', applied: true });
    await stack.destroy();
    expect(await live()).toEqual([]);
  });

  test('a record whose answer was lost is found, not made again', async () => {
    const stack = await cloud.stack((provider) => ({ id: record(provider).id }));
    await cloud.faults('POST', { status: 502, method: 'POST', applied: true });
    const { outputs } = await stack.up();
    expect(await live()).toMatchObject([{ id: outputs.id?.value }]);
    expect(await changesOf(stack.up())).toMatchObject({ same: 3 });
  });

  test('everything else whose answer was lost is there once as well, and a token is one whose value is known', async () => {
    const stack = await cloud.stack((provider) => site(provider, first));
    for (const path of ['/user/tokens', projects, `${projects}/shop/domains`, buckets]) {
      await cloud.faults('POST', { status: 504, method: 'POST', path, applied: true });
    }
    const { outputs } = await stack.up();
    expect((await cloud.faults('GET')).waiting).toEqual([]);
    expect(await cloud.see('/user/tokens', z.array(withId))).toHaveLength(1);
    expect((await cloud.ask('GET', projects, undefined, outputs.token?.value)).success).toBe(true);
  });

  test('a record of somebody else is not taken for the lost one', async () => {
    await cloud.close();
    cloud = await startCloud({ name: 'app.example.org', type: 'A', content: '192.0.2.1', ttl: 300 });
    const stack = await cloud.stack((provider) => ({ id: record(provider).id }));
    await cloud.faults('POST', { status: 503, method: 'POST' });
    expect(await failureOf(stack.up())).toContain('81058: An identical record already exists.; nothing was made');
    await stack.destroy();
    expect(await live()).toHaveLength(1);
  });

  test('troubles that stay end in an error that says what is known', async () => {
    const stack = await cloud.stack((provider) => ({ id: record(provider).id }));
    await cloud.faults('POST', { status: 503, count: 5, method: 'POST' });
    expect(await failureOf(stack.up())).toMatch(
      /Cloudflare: POST \/zones\/\w+\/dns_records: HTTP 503: error code: 503; nothing was made/,
    );
    await cloud.faults('POST', { status: 503, count: 1, method: 'POST' });
    await cloud.faults('POST', { status: 503, count: 20, method: 'GET' });
    expect(await failureOf(stack.up())).toContain('whether it was made is not known, as its answer was lost');
    await cloud.faults('DELETE');
    await cloud.faults('POST', { status: 429, retryAfter: 3600 });
    expect(await failureOf(stack.up())).toContain('(asks to wait 3600 s); nothing was made');
    await cloud.faults('DELETE');
    await stack.up();
    expect(await live()).toHaveLength(1);
  });
});

describe('what is refused', () => {
  test('S0.5 a conflict and a spent quota are shown with code, message and what state things are in', async () => {
    await cloud.ask('POST', records, { type: 'A', name: 'app', content: '192.0.2.7', ttl: 300 });
    for (let number = 0; number < 100; number++) {
      await cloud.ask('POST', projects, { name: `shop-${number}`, production_branch: 'main' });
    }
    const stack = await cloud.stack((provider) => {
      record(provider, { type: 'CNAME', content: 'example.com' });
      new PagesProject('shop', { accountId: account, name: 'shop', productionBranch: 'main' }, { provider });
      return {};
    });
    const failure = await failureOf(stack.up({ continueOnError: true }));
    expect(failure).toContain(
      'HTTP 400: 81053: An A, AAAA, or CNAME record with that host already exists.; nothing was made',
    );
    expect(failure).toContain(
      'HTTP 400: 8000027: You have reached the limit of 100 projects of this account.; nothing was made',
    );
    expect(await live()).toHaveLength(1);
  });

  test('C.1 inputs that the official plugin would not take, all at once and before anything is made', async () => {
    const hidden = { comment: secret(['hunter2-of-the-wrong-type']) };
    const wrong = {
      ...hidden,
      name: 'app',
      contents: '192.0.2.1',
      ttl: '300',
      data: { flags: 1, weight: 'heavy' },
      type: 'B',
    };
    const stack = await cloud.stack((provider) => {
      new Bare('cloudflare:index/dnsRecord:DnsRecord', 'app', wrong, { provider });
      return {};
    });
    const failure = await failureOf(stack.preview());
    expect(failure).toMatch(/problem: contents: is unknown here; there are comment, content, data/);
    expect(failure).toContain('problem: ttl: has to be a number, found a string');
    expect(failure).toContain('problem: data.weight: has to be a number, found a string');
    expect(failure).toContain('problem: comment: has to be a string, found a list');
    expect(failure).not.toContain('hunter2');
  });

  test('C.1 names that Cloudflare does not have, and a resource that only the official plugin has', async () => {
    const bucket = await cloud.stack((provider) => {
      new R2Bucket('uploads', { accountId: account, name: 'uploads', location: 'moon' }, { provider });
      return {};
    });
    expect(await failureOf(bucket.preview())).toContain('has to be one of apac, eeur, enam, weur, wnam, oc');
    const zones = await cloud.stack((provider) => {
      new Bare('cloudflare:index/zone:Zone', 'zone', { name: 'example.com' }, { provider });
      return {};
    });
    expect(await failureOf(zones.preview())).toContain('cloudflare:index/zone:Zone needs the official plugin');
  });

  test('a zone that is not there', async () => {
    const stack = await cloud.stack(async (provider) => {
      await getZone({ zoneId: 'f'.repeat(32) }, { provider });
      return {};
    });
    expect(await failureOf(stack.preview())).toContain('HTTP 404: 7003: Could not route to');
  });
});

describe('sites by the chat', () => {
  const one = { id: 'abc123', created: 1764547200 };

  /** A stack that has what is chosen of a project with chats, by the token of the environment. */
  const chatsStack = (layout: () => 'project' | 'branch', chosen: () => object) =>
    cloud.stack(() => {
      const settings = {
        environment: 'production',
        cloudflare: { accountId: account, zones: { [zone.name]: { id: zone.id } } },
        projects: { solo: chosen() },
      };
      const spec = {
        name: 'solo',
        domain: { base: zone.name },
        environments: { production: {} },
        chats: { base: zone.name, prefix: 'sprint', layout: layout() },
      };
      const [project] = planned({ settings, projects: [spec] }).projects;
      if (!project) throw new Error('no project was planned');
      return { url: new Project('solo', { project, accountId: account, secrets: {}, fingerprintKey: '' }).url };
    });

  const asToken = (token: string) => {
    vi.stubEnv('CLOUDFLARE_API_TOKEN', token);
    vi.stubEnv('CLOUDFLARE_BASE_URL', cloud.url);
  };
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('S0.1, S0.6: a stack of one chat needs a token for Pages and one zone, and the whole project another', async () => {
    const grant = (name: string, resource: string) => ({
      effect: 'allow',
      permission_groups: permissionGroups.flatMap(({ id, name: own }) => (own === name ? [{ id }] : [])),
      resources: { [`com.cloudflare.api.account.${resource}`]: '*' },
    });
    const policies = [grant('Pages Write', account), grant('DNS Write', `zone.${zone.id}`)];
    const made = await cloud.ask('POST', '/user/tokens', { name: 'of a chat', policies });
    asToken(z.looseObject({ value: z.string() }).parse(made.result).value);

    const chat = await chatsStack(
      () => 'project',
      () => ({ only: 'chats', chats: [one] }),
    );
    expect((await chat.up()).outputs.url?.value).toBe('https://abc123.example.org');
    const domain = `${projects}/sprint-abc123-1764547200/domains/abc123.example.org`;
    expect(await cloud.see(domain, z.object({ status: z.string() }))).toEqual({ status: 'active' });

    const whole = await chatsStack(
      () => 'project',
      () => ({ chats: [{ ...one, id: 'def456' }] }),
    );
    expect(await failureOf(whole.up())).toMatch(/\/user\/tokens.*HTTP 403: 10000: Authentication error/);
    for (const stack of [whole, chat]) await stack.destroy();
    expect(await live()).toEqual([]);
  });

  test('S0.7: a chat in a shared Pages project goes back, and forward, by its record alone', async () => {
    asToken(owner);
    let deployment: string | undefined;
    const chats = () => [
      { ...one, ...(deployment !== undefined && { deployment }) },
      { ...one, id: 'def456' },
    ];
    const stack = await chatsStack(
      () => 'branch',
      () => ({ chats: chats() }),
    );
    await stack.up();
    const contents = async () => {
      const found = await cloud.see(records, z.array(z.looseObject({ content: z.string() })));
      return found.map(({ content }) => content).sort();
    };
    const forward = ['abc123.solo-1.pages.dev', 'def456.solo-1.pages.dev'];
    expect(await contents()).toEqual(forward);

    deployment = '373f31e2';
    const { stdout, changeSummary } = await stack.preview({ diff: true });
    expect(stdout).toContain('~ content: "abc123.solo-1.pages.dev" => "373f31e2.solo-1.pages.dev"');
    expect(changeSummary.update).toBe(1);
    expect(await changesOf(stack.up())).toMatchObject({ update: 1 });
    expect(await contents()).toEqual(['373f31e2.solo-1.pages.dev', 'def456.solo-1.pages.dev']);

    deployment = undefined;
    expect(await changesOf(stack.up())).toMatchObject({ update: 1 });
    expect(await contents()).toEqual(forward);
  });

  test('S0.7: a domain moves to another Pages project: with another layout, and with the chat made anew', async () => {
    asToken(owner);
    let [layout, created]: ['project' | 'branch', number] = ['project', one.created];
    const stack = await chatsStack(
      () => layout,
      () => ({ chats: [{ ...one, created }] }),
    );
    const status = async (project: string) =>
      (await cloud.see(`${projects}/${project}/domains/abc123.example.org`, z.object({ status: z.string() }))).status;
    await stack.up();
    created += 60;
    await stack.up();
    expect(await status(`sprint-abc123-${created}`)).toBe('active');
    layout = 'branch';
    await stack.up();
    expect(await status('solo-1')).toBe('active');
    expect((await cloud.see(projects, z.array(z.object({ name: z.string() })))).map(({ name }) => name)).toEqual([
      'solo-1',
    ]);
    expect(Object.keys((await changesOf(stack.up())) ?? {})).toEqual(['same']);
  });
});
