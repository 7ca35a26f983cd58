/** S4.4: what each unit of a workload ran before, which is what it goes back to. */
import { expect, test } from 'vitest';
import { workloadResource } from '../../provider/resources/workload.ts';
import { workload } from '../../provider/schema.ts';
import { Session } from '../../provider/session.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const app = 'ghcr.io/example/app';
const units = (images: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(images).map(([name, image]) => [
      `shop-${name}.container`,
      { content: `[Container]\nImage=${image}\n` },
    ]),
  );
const inputs = (images: Record<string, string>) =>
  workload.parse({ slug: 'shop', directory: '/var/lib/codeb/projects/shop', units: units(images) });

/** Of an update, which asks no server. */
async function previousAfter(
  before: { images: Record<string, string>; previous?: Record<string, string>; ran?: Record<string, string> },
  now: Record<string, string>,
) {
  const connection = { host: 'nowhere.invalid', port: 22, user: 'root', hostKey: 'ssh-ed25519 AAAA' };
  const call = { session: new Session({ connection, privilege: 'root' }), owner: 'shop/production' };
  const ran = Object.values(before.ran ?? before.images);
  const images = Object.fromEntries(ran.map((image, index) => [image, digest(`${index}`)]));
  const outputs = { units: units(before.images), images, previous: before.previous ?? {} };
  const { previous } = await workloadResource.preview(call, inputs(now), outputs);
  return previous;
}

test('two services of one image name each have their own', async () => {
  const before = { images: { web: `${app}:web-1`, api: `${app}:api-1` } };
  expect(await previousAfter(before, { web: `${app}:web-2`, api: `${app}:api-2` })).toEqual({
    'shop-web.container': `${app}@${digest('0')}`,
    'shop-api.container': `${app}@${digest('1')}`,
  });
});

test('it stays while nothing else runs, and goes with its unit', async () => {
  const previous = { 'shop-web.container': `${app}@${digest('7')}`, 'shop-api.container': `${app}@${digest('8')}` };
  const before = { images: { web: `${app}:2`, api: `${app}:2` }, previous };
  expect(await previousAfter(before, { web: `${app}:2` })).toEqual({ 'shop-web.container': `${app}@${digest('7')}` });
});

test('an image of another name is gone back from as well', async () => {
  const before = { images: { web: `${app}:1` } };
  const now = { web: 'ghcr.io/example/other:1' };
  expect(await previousAfter(before, now)).toEqual({ 'shop-web.container': `${app}@${digest('0')}` });
});

test('after an update that was cut off it is what ran before that', async () => {
  const before = { images: { web: `${app}:2` }, ran: { web: `${app}:1` }, previous: { 'shop-web.container': 'older' } };
  for (const tag of ['2', '3'])
    expect(await previousAfter(before, { web: `${app}:${tag}` })).toEqual({
      'shop-web.container': `${app}@${digest('0')}`,
    });
  expect(await previousAfter(before, { web: `${app}:1` })).toEqual({ 'shop-web.container': 'older' });
});
