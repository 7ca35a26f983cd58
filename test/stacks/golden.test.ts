/** The texts that reach a server, as they stand in `golden/`: `vitest run -u` writes them anew. */
import { describe, expect, test } from 'vitest';
import { planText } from '../../cli/plan-text.ts';
import { caddySite } from '../../stacks/caddyfile.ts';
import type { Plan } from '../../stacks/plan.ts';
import type { Pod } from '../../stacks/pod.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { unitsOf } from '../../stacks/units.ts';
import { hosting } from './inputs.ts';
import { planned } from './planned.ts';

function planOf(environment: 'production' | 'staging'): Plan {
  return planned({ settings: hosting(environment), projects: hostedProjects });
}

function podsOf({ servers, projects }: Plan): Pod[] {
  return [...Object.values(servers).flatMap(({ shared }) => shared ?? []), ...projects.flatMap(({ pod }) => pod ?? [])];
}

describe.each(['production', 'staging'] as const)('%s', (environment) => {
  const plan = planOf(environment);

  test('the plan for people', async () => {
    await expect(planText(plan)).toMatchFileSnapshot(`golden/plan.${environment}.txt`);
  });
});

describe('S2.1, S4.5: units', () => {
  const units = podsOf(planOf('production')).flatMap((pod) => {
    const allotted = Object.fromEntries(Object.keys(pod.ports).map((name, index) => [name, 4001 + index]));
    return Object.entries(unitsOf(pod, allotted)).map(([name, { content }]) => ({ name, content }));
  });

  test.each(units)('$name', async ({ name, content }) => {
    await expect(content).toMatchFileSnapshot(`golden/units/${name}`);
  });
});

test('S2.5: a site of Caddy', async () => {
  const site = caddySite({ addresses: ['shop.example.org', 'www.shop.example'], ports: [4001] });
  await expect(site).toMatchFileSnapshot('golden/site.caddy');
});
