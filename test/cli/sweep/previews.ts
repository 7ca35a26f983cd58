/** Projects and things that were found, for the tests of what the sweep decides. */
import { z } from 'zod';
import type { Found, Preview } from '../../../cli/sweep/found.ts';
import { type Project, project } from '../../../stacks/project.ts';
import { hostedProjects } from '../../../stacks/projects.ts';
import { project as spec } from '../../stacks/inputs.ts';

/** The hosted ones, and some whose names are hard to tell from a preview's. */
export const projects: Project[] = z
  .array(project)
  .parse([
    ...hostedProjects,
    spec('shop'),
    spec('shop-admin'),
    spec('shop-pr-1-admin'),
    spec('own', { domain: { base: 'own.example', host: '@' } }),
  ]);

export const stackOf = ({ project, pullRequest }: Preview, at?: number): Found => ({
  kind: 'stack',
  name: `${project}-pr-${pullRequest}`,
  isBusy: false,
  ...(at !== undefined && { at }),
});

/** A thing of each kind as it is called where it is, by the slug of what it belongs to and a host name of it. */
export function thingsCalled(slug: string, host: string, project = 'shop'): Found[] {
  const on = { server: 'main' };
  const owner = `codeb-infra/${slug}`;
  return [
    { kind: 'stack', name: slug, isBusy: false },
    { ...on, kind: 'workload', name: slug, owner },
    { ...on, kind: 'folder', name: slug },
    { ...on, kind: 'units', name: slug },
    { ...on, kind: 'network', name: slug },
    { ...on, kind: 'site', name: slug, addresses: [host] },
    { ...on, kind: 'lease', name: `${slug}/app`, owner, port: 4000 },
    { ...on, kind: 'pod', name: `project-${slug}` },
    { ...on, kind: 'container', name: `${slug}-app` },
    { ...on, kind: 'volume', name: `${slug}-app` },
    { ...on, kind: 'certificate', name: host },
    { ...on, kind: 'record', name: host, zone: 'example.org', type: 'A', owner },
    { kind: 'environment', project, name: 'production' },
    { kind: 'pages project', name: slug, domains: [`${slug}.pages.dev`, host] },
    { kind: 'bucket', name: slug },
    { kind: 'API token', id: '1', name: `codeb ${slug}-bucket` },
    { kind: 'DNS record', id: '1', zoneId: '1', name: host, content: `${slug}.pages.dev` },
    { kind: 'DNS record', id: '2', zoneId: '1', name: host, content: '192.0.2.1' },
  ];
}
