/** Secrets of an environment. https://docs.github.com/en/rest/actions/secrets#create-or-update-an-environment-secret */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { documented, settingsAccess } from '../access.ts';
import { type Api, bodyOf } from '../api.ts';
import { after, now } from '../clock.ts';
import { ApiError, invalidRequest, notFound } from '../errors.ts';
import { largestValue, validName } from '../names.ts';
import { page } from '../pages.ts';
import { opened } from '../sealed-box.ts';
import type { Secret } from '../state.ts';
import { environmentOf } from './environments.ts';

const sealed = z.object({ encrypted_value: z.base64().min(1).optional(), key_id: z.string().min(1).optional() });

export function secrets(): Hono<Api> {
  return new Hono<Api>()
    .use(documented('actions/secrets'), settingsAccess)
    .get('/', (c) => {
      const all = environmentOf(c).secrets;
      return c.json({ total_count: all.length, secrets: page(c, all).map(told) });
    })
    .get('/public-key', (c) => {
      const { key } = environmentOf(c);
      return c.json({ key_id: key.id, key: key.public });
    })
    .get('/:name', (c) => c.json(told(secretOf(c))))
    .put('/:name', async (c) => {
      const environment = environmentOf(c);
      const name = validName('Secret', c.req.param('name'));
      const { encrypted_value, key_id } = await bodyOf(c, sealed);
      if (encrypted_value === undefined) throw invalidRequest(`"encrypted_value" wasn't supplied.`);
      if (key_id === undefined) throw invalidRequest(`"key_id" wasn't supplied.`);
      const value = key_id === environment.key.id ? await opened(encrypted_value, environment.key) : undefined;
      if (!value) throw new ApiError(422, 'Bad request - validation failed due to an improperly encrypted secret');
      if (value.length > largestValue) throw new ApiError(422, 'Secrets are limited to 48 KB');
      const there = environment.secrets.find((one) => one.name === name);
      if (there) {
        Object.assign(there, { encrypted_value, updated_at: after(there.updated_at) });
        return c.body(null, 204);
      }
      const time = now();
      environment.secrets.push({ name, encrypted_value, created_at: time, updated_at: time });
      return c.json({}, 201);
    })
    .delete('/:name', (c) => {
      const gone = secretOf(c);
      const environment = environmentOf(c);
      environment.secrets = environment.secrets.filter((one) => one !== gone);
      return c.body(null, 204);
    });
}

export function secretOf(c: Context<Api>): Secret {
  const name = c.req.param('name')?.toUpperCase();
  const found = environmentOf(c).secrets.find((one) => one.name === name);
  if (!found) throw notFound();
  return found;
}

/** Never with the value. */
function told({ name, created_at, updated_at }: Secret) {
  return { name, created_at, updated_at };
}
