/** Variables of an environment. https://docs.github.com/en/rest/actions/variables#create-an-environment-variable */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { documented, settingsAccess } from '../access.ts';
import { type Api, bodyOf } from '../api.ts';
import { after, now } from '../clock.ts';
import { ApiError, notFound } from '../errors.ts';
import { largestValue, validName } from '../names.ts';
import { page } from '../pages.ts';
import type { Environment, Variable } from '../state.ts';
import { environmentOf } from './environments.ts';

const value = z.string().refine((text) => Buffer.byteLength(text) <= largestValue, 'Variables are limited to 48 KB');
const created = z.object({ name: z.string().min(1), value });
const updated = z.object({ name: z.string().min(1).optional(), value: value.optional() });

export function variables(): Hono<Api> {
  return new Hono<Api>()
    .use(documented('actions/variables'), settingsAccess)
    .get('/', (c) => {
      const all = environmentOf(c).variables;
      return c.json({ total_count: all.length, variables: page(c, all) });
    })
    .post('/', async (c) => {
      const environment = environmentOf(c);
      const given = await bodyOf(c, created);
      const name = freeName(environment, given.name);
      const time = now();
      environment.variables.push({ name, value: given.value, created_at: time, updated_at: time });
      return c.json({}, 201);
    })
    .get('/:name', (c) => c.json(variableOf(c)))
    .patch('/:name', async (c) => {
      const changed = variableOf(c);
      const given = await bodyOf(c, updated);
      if (given.name !== undefined && given.name.toUpperCase() !== changed.name) {
        changed.name = freeName(environmentOf(c), given.name);
      }
      changed.value = given.value ?? changed.value;
      changed.updated_at = after(changed.updated_at);
      return c.body(null, 204);
    })
    .delete('/:name', (c) => {
      const gone = variableOf(c);
      const environment = environmentOf(c);
      environment.variables = environment.variables.filter((one) => one !== gone);
      return c.body(null, 204);
    });
}

function freeName(environment: Environment, asked: string): string {
  const name = validName('Variable', asked);
  if (environment.variables.some((one) => one.name === name)) {
    throw new ApiError(409, 'Already exists - Variable already exists');
  }
  return name;
}

function variableOf(c: Context<Api>): Variable {
  const name = c.req.param('name')?.toUpperCase();
  const found = environmentOf(c).variables.find((one) => one.name === name);
  if (!found) throw notFound();
  return found;
}
