/** S0.1: what the program asks of Pages for a site. */
import { expect, test } from 'vitest';
import type { ProjectSpec } from '../../stacks/project.ts';
import { accountId, inputsOf, registeredAlone } from './one-project.ts';

const shop = (changes: Partial<ProjectSpec>): ProjectSpec => ({
  name: 'shop',
  domain: { base: 'shop.dev' },
  environments: { production: {} },
  ...changes,
});

/** How Pages builds each site, by its name. */
async function builds(changes: Partial<ProjectSpec>, chats: object[] = []) {
  const registered = await registeredAlone({ spec: shop(changes), changes: { projects: { shop: { chats } } } });
  return inputsOf(registered, 'PagesProject').map(({ name, buildConfig }) => [name, buildConfig]);
}

test('S0.1: a site is built by its command, and served from its folder', async () => {
  const pages = { buildCommand: 'npm run build', destination: 'out/site', productionBranch: 'live' };
  expect(await builds({ pages })).toEqual([['shop', { buildCommand: 'npm run build', destinationDir: 'out/site' }]]);
  const [project] = inputsOf(await registeredAlone({ spec: shop({ pages }) }), 'PagesProject');
  expect(project).toMatchObject({ accountId, name: 'shop', productionBranch: 'live' });
});

test('S0.1: a site that is built elsewhere has its folder alone, and that of a chat neither', async () => {
  const chats = { base: 'shop.dev', prefix: 'sprint', layout: 'project' } as const;
  expect(await builds({ pages: { subdomain: 'docs' }, chats }, [{ id: 'c0', created: 0 }])).toEqual([
    ['shop-docs', { destinationDir: 'dist' }],
    ['sprint-c0-0', undefined],
  ]);
});
