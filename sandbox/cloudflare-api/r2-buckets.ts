/** https://developers.cloudflare.com/api/resources/r2/subresources/buckets/ */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { accountOf, type Api } from './api.ts';
import { answer, bodyOf, Refusal } from './envelope.ts';
import type { Permission } from './permission-groups.ts';
import type { Bucket, State } from './state.ts';
import type { Store } from './store.ts';

const storageClass = z.enum(['Standard', 'InfrequentAccess']);

const newBucket = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, '3 to 63 lower-case letters, digits and dashes'),
  locationHint: z.enum(['apac', 'eeur', 'enam', 'weur', 'wnam', 'oc']).default('wnam'),
  storageClass: storageClass.default('Standard'),
});

const jurisdictions = z.enum(['default', 'eu', 'fedramp']);

const rules = z.object({ rules: z.array(z.json()).default([]) });

/** Every bucket begins with it. */
const usualLifecycle = {
  id: 'Default Multipart Abort Rule',
  enabled: true,
  conditions: { prefix: '' },
  abortMultipartUploadsTransition: { condition: { type: 'Age', maxAge: 604_800 } },
};

const invalid = 10005;
const read: readonly Permission[] = ['Workers R2 Storage Read', 'Workers R2 Storage Write'];
const write: readonly Permission[] = ['Workers R2 Storage Write'];

export function r2Buckets(store: Store): Hono<Api> {
  const { state } = store;
  const path = '/accounts/:account/r2/buckets';
  return new Hono<Api>()
    .get(path, (c) => {
      const account = accountOf(c, state, ...read);
      const found = state.buckets.filter((one) => one.account === account && one.jurisdiction === jurisdictionOf(c));
      return answer(c, { buckets: found.map(shown) });
    })
    .post(path, async (c) => {
      const account = accountOf(c, state, ...write);
      const body = await bodyOf(c, newBucket, invalid);
      const jurisdiction = jurisdictionOf(c);
      if (state.buckets.some((one) => isIt(one, account, body.name, jurisdiction))) {
        throw new Refusal(409, 10004, 'The bucket you tried to create already exists, and you own it.');
      }
      const bucket: Bucket = {
        account,
        name: body.name,
        jurisdiction,
        location: body.locationHint.toUpperCase(),
        storageClass: body.storageClass,
        createdOn: new Date().toISOString(),
        lifecycle: [usualLifecycle],
        objects: [],
      };
      store.change(({ buckets }) => buckets.push(bucket));
      return answer(c, shown(bucket));
    })
    .get(`${path}/:bucket`, (c) => answer(c, shown(bucketOf(c, state, read))))
    .patch(`${path}/:bucket`, (c) => {
      const bucket = bucketOf(c, state, write);
      const asked = storageClass.safeParse(c.req.header('cf-r2-storage-class'));
      if (!asked.success) throw new Refusal(400, 10062, 'The storage class is invalid.');
      store.change(() => {
        bucket.storageClass = asked.data;
      });
      return answer(c, shown(bucket));
    })
    .delete(`${path}/:bucket`, (c) => {
      const bucket = bucketOf(c, state, write);
      if (bucket.objects.length > 0) {
        throw new Refusal(409, 10008, 'The bucket you tried to delete is not empty.');
      }
      store.change(({ buckets }) => buckets.splice(buckets.indexOf(bucket), 1));
      return answer(c, {});
    })
    .put(`${path}/:bucket/objects/:key`, (c) => {
      const bucket = bucketOf(c, state, write);
      store.change(() => bucket.objects.push(c.req.param('key')));
      return answer(c, { key: c.req.param('key') });
    })
    .delete(`${path}/:bucket/objects/:key`, (c) => {
      const bucket = bucketOf(c, state, write);
      store.change(() => {
        bucket.objects = bucket.objects.filter((key) => key !== c.req.param('key'));
      });
      return answer(c, { key: c.req.param('key') });
    })
    .get(`${path}/:bucket/cors`, (c) => {
      const { cors } = bucketOf(c, state, read);
      if (!cors) throw new Refusal(404, 10059, 'The CORS configuration does not exist.');
      return answer(c, { rules: cors });
    })
    .put(`${path}/:bucket/cors`, async (c) => {
      const bucket = bucketOf(c, state, write);
      const body = await bodyOf(c, rules, 10040);
      store.change(() => {
        bucket.cors = body.rules;
      });
      return answer(c, {});
    })
    .delete(`${path}/:bucket/cors`, (c) => {
      const bucket = bucketOf(c, state, write);
      store.change(() => {
        delete bucket.cors;
      });
      return answer(c, {});
    })
    .get(`${path}/:bucket/lifecycle`, (c) => answer(c, { rules: bucketOf(c, state, read).lifecycle }))
    .put(`${path}/:bucket/lifecycle`, async (c) => {
      const bucket = bucketOf(c, state, write);
      const body = await bodyOf(c, rules, 10040);
      store.change(() => {
        bucket.lifecycle = body.rules;
      });
      return answer(c, {});
    });
}

function jurisdictionOf(c: Context<Api>): string {
  const asked = jurisdictions.default('default').safeParse(c.req.header('cf-r2-jurisdiction'));
  if (!asked.success) throw new Refusal(400, 10023, 'The jurisdiction is invalid.');
  return asked.data;
}

function bucketOf(c: Context<Api>, state: State, permissions: readonly Permission[]): Bucket {
  const account = accountOf(c, state, ...permissions);
  const [name, jurisdiction] = [c.req.param('bucket') ?? '', jurisdictionOf(c)];
  const found = state.buckets.find((one) => isIt(one, account, name, jurisdiction));
  if (!found) throw new Refusal(404, 10006, 'The specified bucket does not exist.');
  return found;
}

function isIt(bucket: Bucket, account: string, name: string, jurisdiction: string): boolean {
  return bucket.account === account && bucket.name === name && bucket.jurisdiction === jurisdiction;
}

function shown({ name, createdOn, location, storageClass: kind, jurisdiction }: Bucket) {
  return { name, creation_date: createdOn, location, storage_class: kind, jurisdiction };
}
