/** S0.7: an earlier deployment of a chat is asked for, as the sandbox has it, before anything is made. */
import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { askPinnedDeployments } from '../../cloudflare/pinned-deployments.ts';
import { account, type Cloud, owner, startCloud, zone } from '../sandbox/cloudflare-cloud.ts';
import { settings } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';

const projects = `/accounts/${account}/pages/projects`;
const solo = {
  name: 'solo',
  domain: { base: zone.name },
  environments: { production: {} },
  chats: { base: zone.name, prefix: 'sprint', layout: 'branch' },
};

let cloud: Cloud;
/** Short ids by the chat, the oldest first. */
const deployed = { first: '', second: '' };

const ask = (deployment: string | undefined, changes: Record<string, string> = {}, removed = false) => {
  const chats = [
    { id: 'first', created: 1, removed, ...(deployment !== undefined && { deployment }) },
    { id: 'second', created: 2 },
  ];
  const given = {
    cloudflare: { accountId: account, zones: { [zone.name]: { id: zone.id } } },
    projects: { solo: { chats } },
  };
  const plan = planned({ settings: settings(given), projects: [solo] });
  return askPinnedDeployments(plan, { CLOUDFLARE_API_TOKEN: owner, CLOUDFLARE_BASE_URL: cloud.url, ...changes });
};

beforeAll(async () => {
  cloud = await startCloud();
  await cloud.ask('POST', projects, { name: 'solo-1', production_branch: 'live' });
  const deploy = async (branch: string) => {
    const upload = new FormData();
    upload.set('manifest', '{}');
    upload.set('branch', branch);
    const { result } = await cloud.ask('POST', `${projects}/solo-1/deployments`, upload);
    return z.object({ id: z.string() }).parse(result).id.slice(0, 8);
  };
  deployed.first = await deploy('first');
  // More than a page has.
  for (let count = 0; count < 30; count++) deployed.second = await deploy('second');
});
afterAll(() => cloud.close());

/** The sandbox's, which has none that failed, with this stage of the one that is asked for. */
const showing = (stage: { name: string; status: string }) =>
  new Hono().get('*', async (c) => {
    const { pathname, search } = new URL(c.req.url);
    const headers = { authorization: c.req.header('authorization') ?? '' };
    const answer = answers.parse(await (await fetch(cloud.url + pathname + search, { headers })).json());
    const result = answer.result.map((one) =>
      one.short_id === deployed.first ? { ...one, latest_stage: stage } : one,
    );
    return c.json({ ...answer, result });
  });
const answers = z.looseObject({ result: z.array(z.looseObject({ short_id: z.string() })) });

const refused = (deployment: string) => ({
  kind: 'refused',
  problems: [
    {
      path: 'codeb.projects.solo.chats',
      message: `chat 'first' has no deployment '${deployment}' in the Pages project 'solo-1': expected one that \`npm run site -- list solo-1 --branch first\` shows`,
    },
  ],
});

test('one of the chat’s own is found on whichever page it is, and none is asked for without one', async () => {
  expect(await ask(deployed.first)).toEqual({ kind: 'fine' });
  const nowhere = { CLOUDFLARE_BASE_URL: 'http://127.0.0.1:9' };
  expect(await ask(undefined, nowhere)).toEqual({ kind: 'fine' });
  expect(await ask('00000000', nowhere, true), 'of a chat that is removed').toEqual({ kind: 'fine' });
});

test('one that is not there is refused, and so is one of another chat', async () => {
  expect(await ask('00000000')).toEqual(refused('00000000'));
  expect(await ask(deployed.second)).toEqual(refused(deployed.second));
});

test.each([
  ['deploy', 'failure'],
  ['deploy', 'active'],
  ['build', 'success'],
])('one whose stage %s is %s shows nothing, so it is refused', async (name, status) => {
  const server = serve({ fetch: showing({ name, status }).fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const answer = await ask(deployed.first, { CLOUDFLARE_BASE_URL: `http://127.0.0.1:${port}` });
  server.close();
  expect(answer).toMatchObject({
    kind: 'refused',
    problems: [
      {
        message: `chat 'first' has deployment '${deployed.first}' in the Pages project 'solo-1' with stage '${name}' in state '${status}', which shows nothing: expected one that \`npm run site -- list solo-1 --branch first\` shows as success`,
      },
    ],
  });
});

test('what cannot be asked is said, without the token', async () => {
  const answer = await ask(deployed.first, { CLOUDFLARE_BASE_URL: 'http://127.0.0.1:9' });
  expect(answer).toEqual({
    kind: 'unknown',
    warning: expect.stringMatching(
      /^whether the deployments .* is not known \(GET .*: no answer from http:\/\/127\.0\.0\.1:9: /,
    ),
  });
  expect(JSON.stringify(answer)).not.toContain(owner);
});
