/** Branches, to be read. https://docs.github.com/en/rest/branches/branches */
import { type Context, Hono } from 'hono';
import { documented, readable } from '../access.ts';
import { type Api, apiUrl, htmlUrl, nodeId, repositoryPath } from '../api.ts';
import { ApiError } from '../errors.ts';
import { page } from '../pages.ts';
import type { Repository } from '../state.ts';

type Branch = Repository['branches'][number];

export function branches(): Hono<Api> {
  return new Hono<Api>()
    .use(documented('branches/branches'), readable('contents'))
    .get('/', (c) => c.json(page(c, c.var.repository.branches).map((one) => told(c, one))))
    .get('/:branch{.+}', (c) => {
      const found = c.var.repository.branches.find(({ name }) => name === c.req.param('branch'));
      if (!found) throw new ApiError(404, 'Branch not found');
      const { owner, name } = c.var.repository;
      const html = htmlUrl(c, `/${owner}/${name}/tree/${found.name}`);
      return c.json({ ...told(c, found), _links: { self: c.req.url, html } });
    });
}

function told(c: Context<Api>, { id, name, sha }: Branch) {
  const path = repositoryPath(c.var.repository);
  return {
    name,
    commit: { sha, node_id: nodeId('C', id), url: apiUrl(c, `${path}/commits/${sha}`) },
    protected: false,
    protection_url: apiUrl(c, `${path}/branches/${encodeURIComponent(name)}/protection`),
  };
}
