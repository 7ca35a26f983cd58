/** Deployments by direct upload, of which only what is said about the files is kept. */
import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Api } from './api.ts';
import { answer, answerPage, Refusal } from './envelope.ts';
import { projectOf } from './pages-projects.ts';
import { shownDeployment } from './shown-deployment.ts';
import type { Deployment, PagesProject } from './state.ts';
import type { Store } from './store.ts';

/** Source: https://developers.cloudflare.com/api/resources/pages/subresources/projects/subresources/deployments/ */
const form = z.object({
  branch: z.string().optional(),
  commit_hash: z.string().default(''),
  commit_message: z.string().default(''),
  /** JSON, from the path of a file to the digest that it was uploaded under. */
  manifest: z.string(),
});

export function pagesDeployments(store: Store): Hono<Api> {
  const { state } = store;
  const path = '/accounts/:account/pages/projects/:project/deployments';
  return new Hono<Api>()
    .get(path, (c) => {
      const project = projectOf(c, state, 'Pages Read', 'Pages Write');
      const { env } = c.req.query();
      const found = project.deployments.filter(({ environment }) => (env ?? environment) === environment);
      return answerPage(c, found.toReversed(), { usual: 25, most: 25 }, (one) => shownDeployment(one, project));
    })
    .post(path, async (c) => {
      const project = projectOf(c, state, 'Pages Write');
      const given = form.safeParse(await c.req.parseBody());
      if (!given.success) throw new Refusal(400, 8000096, 'A "manifest" field was expected in the request body.');
      const branch = given.data.branch ?? project.productionBranch;
      const deployment: Deployment = {
        id: randomUUID(),
        environment: branch === project.productionBranch ? 'production' : 'preview',
        branch,
        commitHash: given.data.commit_hash,
        commitMessage: given.data.commit_message,
        createdOn: new Date().toISOString(),
      };
      store.change(() => {
        project.deployments.push(deployment);
        if (deployment.environment === 'production') project.canonical = deployment.id;
      });
      return answer(c, shownDeployment(deployment, project));
    })
    .get(`${path}/:deployment`, (c) => {
      const project = projectOf(c, state, 'Pages Read', 'Pages Write');
      return answer(c, shownDeployment(deploymentOf(c, project), project));
    })
    .post(`${path}/:deployment/rollback`, (c) => {
      const project = projectOf(c, state, 'Pages Write');
      const deployment = deploymentOf(c, project);
      if (deployment.environment !== 'production') {
        throw new Refusal(400, 8000039, 'Only a production deployment can be rolled back to.');
      }
      store.change(() => {
        project.canonical = deployment.id;
      });
      return answer(c, shownDeployment(deployment, project));
    });
}

function deploymentOf(c: Context<Api>, { deployments }: PagesProject): Deployment {
  const found = deployments.find(({ id }) => id === c.req.param('deployment'));
  if (!found) throw new Refusal(404, 8000009, 'Deployment not found. The specified deployment ID does not exist.');
  return found;
}
