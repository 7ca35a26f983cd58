/** https://developers.cloudflare.com/api/resources/pages/subresources/projects/ */
import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { accountOf, type Api } from './api.ts';
import { configsBody, merged, shownConfig, usualConfig } from './deployment-configs.ts';
import { answer, answerPage, bodyOf, Refusal } from './envelope.ts';
import type { Permission } from './permission-groups.ts';
import { shownDeployment } from './shown-deployment.ts';
import type { PagesProject, State } from './state.ts';
import type { Store } from './store.ts';

/** Of an account; Cloudflare raises it on request: https://developers.cloudflare.com/pages/platform/limits/ */
export const mostProjects = 100;

/** A name is a label of `{name}.pages.dev` and of a deployment's alias below it. */
const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,56}[a-z0-9])?$/, 'at most 58 lower-case letters, digits and dashes, no dash at an end');

const settings = z.object({
  production_branch: z.string().min(1).optional(),
  build_config: z.record(z.string(), z.json()).nullable().optional(),
  source: z.json().optional(),
  deployment_configs: configsBody.optional(),
});

const newProject = settings.extend({ name, production_branch: z.string().min(1) });

const invalid = 8000012;

export function pagesProjects(store: Store): Hono<Api> {
  const { state } = store;
  const path = '/accounts/:account/pages/projects';
  return new Hono<Api>()
    .get(path, (c) => {
      const account = accountOf(c, state, 'Pages Read', 'Pages Write');
      const found = state.pagesProjects.filter((one) => one.account === account);
      return answerPage(c, found, { usual: 10, most: 10 }, shown);
    })
    .post(path, async (c) => {
      const account = accountOf(c, state, 'Pages Write');
      const body = await bodyOf(c, newProject, invalid);
      if (state.pagesProjects.some((one) => one.name === body.name && one.account === account)) {
        throw new Refusal(409, 8000002, 'A project with this name already exists. Choose a different project name.');
      }
      if (state.pagesProjects.filter((one) => one.account === account).length >= mostProjects) {
        throw new Refusal(400, 8000027, `You have reached the limit of ${mostProjects} projects of this account.`);
      }
      const project: PagesProject = {
        id: randomUUID(),
        account,
        name: body.name,
        productionBranch: body.production_branch,
        buildConfig: body.build_config ?? {},
        ...(body.source !== undefined && { source: body.source }),
        deploymentConfigs: {
          preview: merged(usualConfig(), body.deployment_configs?.preview),
          production: merged(usualConfig(), body.deployment_configs?.production),
        },
        domains: [],
        deployments: [],
        createdOn: new Date().toISOString(),
      };
      store.change(({ pagesProjects: all }) => all.push(project));
      return answer(c, shown(project));
    })
    .get(`${path}/:project`, (c) => answer(c, shown(projectOf(c, state, 'Pages Read', 'Pages Write'))))
    .patch(`${path}/:project`, async (c) => {
      const project = projectOf(c, state, 'Pages Write');
      const body = await bodyOf(c, settings, invalid);
      const { preview, production } = project.deploymentConfigs;
      store.change(() => {
        project.productionBranch = body.production_branch ?? project.productionBranch;
        project.buildConfig = { ...project.buildConfig, ...body.build_config };
        if (body.source !== undefined) project.source = body.source;
        project.deploymentConfigs = {
          preview: merged(preview, body.deployment_configs?.preview),
          production: merged(production, body.deployment_configs?.production),
        };
      });
      return answer(c, shown(project));
    })
    .delete(`${path}/:project`, (c) => {
      const project = projectOf(c, state, 'Pages Write');
      if (project.domains.length > 0) {
        throw new Refusal(400, 8000028, 'Must delete custom domains before deleting project');
      }
      store.change(({ pagesProjects: all }) => all.splice(all.indexOf(project), 1));
      return answer(c, null);
    });
}

/** The project of the path, of the account of the path. */
export function projectOf(c: Context<Api>, state: State, ...anyOf: readonly Permission[]): PagesProject {
  const account = accountOf(c, state, ...anyOf);
  const found = state.pagesProjects.find((one) => one.account === account && one.name === c.req.param('project'));
  if (found) return found;
  const message = 'Project not found. The specified project name does not match any of your existing projects.';
  throw new Refusal(404, 8000007, message);
}

function shown(project: PagesProject) {
  const { id, name: label, domains, deployments, canonical, deploymentConfigs, createdOn } = project;
  const subdomain = `${label}.pages.dev`;
  const [latest, canonicalDeployment] = [deployments.at(-1), deployments.find((one) => one.id === canonical)];
  return {
    id,
    name: label,
    subdomain,
    domains: [subdomain, ...domains.map((domain) => domain.name)],
    production_branch: project.productionBranch,
    build_config: project.buildConfig,
    source: project.source ?? null,
    deployment_configs: {
      preview: shownConfig(deploymentConfigs.preview),
      production: shownConfig(deploymentConfigs.production),
    },
    latest_deployment: latest ? shownDeployment(latest, project) : null,
    canonical_deployment: canonicalDeployment ? shownDeployment(canonicalDeployment, project) : null,
    uses_functions: false,
    framework: '',
    framework_version: '',
    production_script_name: `pages-worker--${id.slice(0, 7)}-production`,
    preview_script_name: `pages-worker--${id.slice(0, 7)}-preview`,
    created_on: createdOn,
  };
}
