/** S0.1: Cloudflare is asked, as the sandbox has it, before anything is made whether its account takes a plan's sites. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve, type ServerType } from '@hono/node-server';
import * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { askPagesQuota } from '../../cloudflare/pages-quota.ts';
import { Project } from '../../components/project.ts';
import program from '../../index.ts';
import { cloudflareApi } from '../../sandbox/cloudflare-api/app.ts';
import { plant } from '../../sandbox/cloudflare-api/seed.ts';
import { Store } from '../../sandbox/cloudflare-api/store.ts';
import { settings } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { runMocked } from './mocked-engine.ts';

const accountId = 'a'.repeat(32);
const token = 'token-of-the-test';
const projects = `/accounts/${accountId}/pages/projects`;

const solo = {
  name: 'solo',
  domain: { base: 'chats.dev' },
  environments: { production: {}, staging: {} },
  chats: { base: 'chats.dev', prefix: 'sprint', layout: 'project' },
};

/** Settings of a stack with as many chats. */
const chatsOf = (count: number, pagesProjects?: number) => ({
  cloudflare: {
    accountId,
    zones: { 'chats.dev': { id: 'b'.repeat(32) } },
    ...(pagesProjects !== undefined && { pagesProjects }),
  },
  projects: { solo: { chats: Array.from({ length: count }, (_, index) => ({ id: `c${index}`, created: index })) } },
});
const planOf = (count: number, pagesProjects?: number) =>
  planned({ settings: settings(chatsOf(count, pagesProjects)), projects: [solo] });

let folder: string;
let server: ServerType;
let asked: string[];
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codeb-quota-'));
  const store = new Store(join(folder, 'cloudflare.json'));
  plant(store, { accounts: [{ id: accountId, name: 'test', zones: [{ id: 'b'.repeat(32), name: 'chats.dev' }] }] });
  const api = cloudflareApi(store, token);
  asked = [];
  const recorded = async (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname.replace('/client/v4', '')}`);
    return await api.fetch(request);
  };
  const port = await new Promise<number>((listening) => {
    server = serve({ fetch: recorded, hostname: '127.0.0.1', port: 0 }, (address) => listening(address.port));
  });
  environment = { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_BASE_URL: `http://127.0.0.1:${port}/client/v4` };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((closed) => server.close(closed));
  await rm(folder, { recursive: true });
});

/** Pages projects of somebody, or those that a stack of ours has made. */
async function make(...names: string[]): Promise<void> {
  for (const name of names) {
    const response = await fetch(`${environment.CLOUDFLARE_BASE_URL}${projects}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ name, production_branch: 'main' }),
    });
    expect(response.status).toBe(200);
  }
  asked.length = 0;
}

const others = (count: number) => Array.from({ length: count }, (_, index) => `other-${index}`);

describe('S0.1: the quota counts the whole account', () => {
  test('one request where there is room in any case, and none without a site', async () => {
    await make(...others(3));
    expect(await askPagesQuota(planOf(2), environment)).toEqual({ kind: 'fine' });
    expect(asked).toEqual([`GET ${projects}`]);
    expect(await askPagesQuota(planOf(0), environment)).toEqual({ kind: 'fine' });
    expect(asked).toHaveLength(1);
  });

  test('what passes it is refused, with how many there are, how many come and what to do', async () => {
    await make(...others(11), 'sprint-c0-0');
    expect(await askPagesQuota(planOf(6, 16), environment)).toEqual({
      kind: 'refused',
      problems: [
        {
          path: 'codeb.projects.solo.chats',
          message:
            "the account has 12 Pages projects, the plan adds 5 (sprint-c1-1, sprint-c2-2, sprint-c3-3, 2 more), and the account takes 16 (codeb.cloudflare.pagesProjects): take sites away in an update before this one, put 100 chats into one with the layout 'branch', or have Cloudflare raise its limit",
        },
      ],
    });
  });

  test('its own sites are no new ones, whichever page of the list they are on', async () => {
    await make(...others(11), 'sprint-c0-0', 'sprint-c1-1');
    expect(await askPagesQuota(planOf(2, 13), environment)).toEqual({ kind: 'fine' });
    expect(await askPagesQuota(planOf(3, 13), environment)).toMatchObject({ kind: 'refused' });
    expect(await askPagesQuota(planOf(3, 14), environment)).toEqual({ kind: 'fine' });
  });

  test('an account that is over it already is no reason to refuse what makes no more', async () => {
    await make(...others(4), 'sprint-c0-0');
    expect(await askPagesQuota(planOf(1, 2), environment)).toEqual({ kind: 'fine' });
  });

  test('what cannot be asked is said, without the token', async () => {
    const reasonOf = async (changes: Record<string, string>) => {
      const quota = await askPagesQuota(planOf(1), { ...environment, ...changes });
      const warned = quota.kind === 'unknown' ? quota.warning : '';
      return /^how many .* is not known \((.*)\); one more than it takes is refused/.exec(warned)?.[1];
    };
    expect(await reasonOf({ CLOUDFLARE_API_TOKEN: '' })).toMatch(/CLOUDFLARE_API_TOKEN: is missing/);
    expect(await reasonOf({ CLOUDFLARE_API_TOKEN: 'another' })).toMatch(/403 9109 Invalid access token$/);
    expect(await reasonOf({ CLOUDFLARE_BASE_URL: 'http://127.0.0.1:9' })).toMatch(
      /^GET \/accounts\/a+\/pages\/projects: no answer from http:\/\/127\.0\.0\.1:9: /,
    );
    const fault = { status: 503, path: '/accounts' };
    const control = environment.CLOUDFLARE_BASE_URL?.replace('client/v4', 'stand-in/faults') ?? '';
    await fetch(control, { method: 'POST', body: JSON.stringify(fault) });
    expect(await reasonOf({})).toMatch(/: 503 error code: 503$/);
  });
});

describe('the program', () => {
  const config = (count: number, pagesProjects: number) => {
    const { cloudflare, projects: chosen } = chatsOf(count, pagesProjects);
    const zones = { 'sprint.solo.dev': { id: 'c'.repeat(32) } };
    return {
      'codeb:environment': 'production',
      'codeb:cloudflare': JSON.stringify({ ...cloudflare, zones }),
      'codeb:projects': JSON.stringify({ sprintsolo: { ...chosen.solo, only: 'chats' } }),
    };
  };
  beforeEach(() => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  });

  test('S0.1: refuses before it registers anything', async () => {
    await make(...others(3));
    pulumi.runtime.setAllConfig(config(2, 4));
    await expect(program()).rejects.toThrow(
      /nothing was changed:\n {2}codeb\.projects\.sprintsolo\.chats: the account has 3 Pages projects, the plan adds 2/,
    );
    await expect(program()).rejects.toBeInstanceOf(pulumi.RunError);
  });

  test('S0.1, S0.6: makes the sites of a stack of one chat and no token, and asks once', async () => {
    const { registered } = await runMocked(program, { config: config(1, 4) });
    expect(asked).toEqual([`GET ${projects}`]);
    expect(registered.map(({ type, name }) => `${type.split(':').at(-1)} ${name}`).sort()).toEqual([
      'DnsRecord c0.sprint.solo.dev/CNAME',
      'PagesDomain c0.sprint.solo.dev',
      'PagesProject sprint-c0-0',
      'PagesSite sprint-c0-0',
      'Project sprintsolo',
    ]);
  });

  test('warns and goes on where nobody answers', async () => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
    vi.stubEnv('CLOUDFLARE_API_TOKEN', '');
    const { registered } = await runMocked(program, { config: config(1, 1) });
    expect(registered.length).toBeGreaterThan(3);
    expect(said.mock.calls.flat().join('\n')).toMatch(
      /how many Pages projects the account has is not known \(.*CLOUDFLARE_API_TOKEN.*\); one more than it takes is refused by Cloudflare itself/,
    );
    said.mockRestore();
  });
});

test('S0.3: branches of a shared Pages project are told what a site is told, and previews of a site what previews are', async () => {
  const spec = {
    ...solo,
    chats: { ...solo.chats, layout: 'branch' },
    pages: { subdomain: 'docs' },
    variables: {
      MODE: { kind: 'config', value: { preview: 'mocked', production: 'live' }, stores: ['pages'] },
      KEY: { kind: 'secret', stores: ['pages'] },
    },
  };
  const given = { ...chatsOf(0), projects: { solo: { chats: [{ id: 'c0', created: 0 }] } } };
  const [found] = planned({ settings: settings(given), projects: [spec] }).projects;
  if (!found) throw new Error('no project was planned');
  const args = { project: found, accountId, secrets: { KEY: 'value of the key' }, fingerprintKey: '' };
  const { registered } = await runMocked(() => Promise.resolve({ url: new Project('solo', args).url }), { config: {} });
  const told = (site: string) => {
    const one = registered.find(({ type, name }) => type.endsWith(':PagesProject') && name === site);
    const { production, preview } = wholly.parse(one?.inputs.deploymentConfigs).value;
    return { production: production.envVars, preview: preview.envVars };
  };
  const live = { MODE: { value: 'live' }, KEY: { type: 'secret_text' } };
  expect(told('solo-1')).toMatchObject({ production: live, preview: live });
  expect(told('solo-docs')).toMatchObject({ production: live, preview: { MODE: { value: 'mocked' } } });
  expect(told('solo-docs').preview).not.toHaveProperty('KEY');
});

const envVars = z.object({ envVars: z.record(z.string(), z.looseObject({ type: z.string() })) });
/** A secret as a whole, as the engine is told of what has one inside. */
const wholly = z.object({ value: z.object({ production: envVars, preview: envVars }) });

test('S3.2: a stack that is called like a preview and is none is refused', async () => {
  await pulumi.runtime.setMocks(
    { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) },
    'codeb-infra',
    'sprintsolo-pr-7',
    false,
  );
  pulumi.runtime.setAllConfig({
    'codeb:environment': 'production',
    'codeb:cloudflare': JSON.stringify({ accountId, zones: { 'sprint.solo.dev': { id: 'c'.repeat(32) } } }),
    'codeb:projects': JSON.stringify({ sprintsolo: { only: 'chats', chats: [{ id: 'pr-7', created: 0 }] } }),
  });
  await expect(program()).rejects.toThrow(
    "codeb.environment: is production, and the stack is called 'sprintsolo-pr-7' as a preview is, which the sweep may destroy; a stack of one chat is {project}-chat-{id}",
  );
});
