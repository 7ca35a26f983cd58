/** What tests ask of the stand-in, and GitHub has not. */
import { Hono } from 'hono';
import { isNamed, sameName } from './access.ts';
import type { Faults } from '../faults.ts';
import type { Api } from './api.ts';
import { digestOf, opened } from './sealed-box.ts';
import { seed } from './seed.ts';
import { sow } from './sow.ts';
import type { Store } from './store.ts';

export function control(store: Store, faults: Faults<Api>): Hono {
  return new Hono()
    .route('/faults', faults.routes)
    .post('/seed', async (c) => {
      const parsed = seed.safeParse(await c.req.json());
      if (!parsed.success) return c.json({ message: parsed.error.message }, 422);
      sow(store, parsed.data);
      await store.save();
      return c.json({}, 201);
    })
    .get('/secrets/:owner/:repository/:environment/:name', async (c) => {
      const asked = c.req.param();
      const repository = store.state.repositories.find((one) => isNamed(one, asked.owner, asked.repository));
      const environment = repository?.environments.find(({ name }) => sameName(name, asked.environment));
      const secret = environment?.secrets.find(({ name }) => sameName(name, asked.name));
      const value = environment && secret && (await opened(secret.encrypted_value, environment.key));
      return value ? c.json({ sha256: digestOf(value) }) : c.json({ message: 'Not Found' }, 404);
    });
}
