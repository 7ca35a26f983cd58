/** The whole of the stand-in: GitHub's part under `/api/v3`, the control of it under `/stand-in`. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { authenticated, visibleRepository } from './access.ts';
import { type Api, prefix } from './api.ts';
import { control } from './control.ts';
import { ApiError, notFound } from './errors.ts';
import { githubFaults } from './faults.ts';
import { rateHeaders } from './rate.ts';
import { branchPolicies } from './routes/branch-policies.ts';
import { branches } from './routes/branches.ts';
import { comments } from './routes/comments.ts';
import { commits } from './routes/commits.ts';
import { environments } from './routes/environments.ts';
import { issues } from './routes/issues.ts';
import { people } from './routes/people.ts';
import { pullRequests } from './routes/pull-requests.ts';
import { repository } from './routes/repository.ts';
import { rulesets } from './routes/rulesets.ts';
import { secrets } from './routes/secrets.ts';
import { variables } from './routes/variables.ts';
import { workflowRuns } from './routes/workflow-runs.ts';
import type { Store } from './store.ts';

/** @param token the one that is let in */
export function githubApi(store: Store, token: string): Hono {
  const faults = githubFaults();
  const api = new Hono<Api>()
    .use(rateHeaders(), faults.middleware, authenticated(token), saving(store))
    .route('/', people(store.state))
    .route('/repos/:owner/:repository', ofRepository(store))
    // The older way to an environment's secrets, which GitHub keeps up: by the repository's id.
    .route('/repositories/:id', ofRepository(store))
    .all('*', () => {
      throw notFound();
    })
    .onError(answered);
  return new Hono().route(prefix, api).route('/stand-in', control(store, faults));
}

function ofRepository(store: Store): Hono<Api> {
  const environment = '/environments/:environment';
  return new Hono<Api>()
    .use(visibleRepository(store.state))
    .route('/', repository(store.state))
    .route(`${environment}/deployment-branch-policies`, branchPolicies(store))
    .route(`${environment}/secrets`, secrets())
    .route(`${environment}/variables`, variables())
    .route('/environments', environments(store))
    .route('/rulesets', rulesets(store))
    .route('/pulls', pullRequests(store.state))
    .route('/issues', issues(store.state))
    .route('/issues', comments(store))
    .route('/branches', branches())
    .route('/commits', commits())
    .route('/actions/runs', workflowRuns());
}

/** What a request changed is on the disk before its answer is given. */
function saving(store: Store): MiddlewareHandler<Api> {
  return async (c, next) => {
    await next();
    if (c.req.method !== 'GET' && c.res.ok) await store.save();
  };
}

function answered(error: Error, c: Context<Api>): Response {
  if (!(error instanceof ApiError)) {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return c.json({ message: 'Server Error' }, 500);
  }
  const { message, details, status } = error;
  const documentation_url = c.var.documentation ?? 'https://docs.github.com/rest';
  return c.json({ message, ...(details && { errors: details }), documentation_url, status: String(status) }, status);
}
