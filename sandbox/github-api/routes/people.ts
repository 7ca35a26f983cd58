/** Users and teams by their names. https://docs.github.com/en/rest/users/users, …/rest/teams/teams */
import { type Context, Hono } from 'hono';
import { documented, sameName } from '../access.ts';
import { type Api, apiUrl, htmlUrl, nodeId } from '../api.ts';
import { ApiError, notFound } from '../errors.ts';
import { page } from '../pages.ts';
import type { State, Team } from '../state.ts';

export function people(state: State): Hono<Api> {
  const teamOf = (organization: string, slug: string) => {
    const found = state.teams.find((one) => sameName(one.organization, organization) && one.slug === slug);
    if (!found) throw notFound();
    return found;
  };
  return new Hono<Api>()
    .use('/user', documented('users/users'))
    .use('/users/*', documented('users/users'))
    .use('/orgs/*', documented('teams/teams'))
    .get('/user', (c) => {
      // A workflow's token is an app's: it has no user to tell of.
      const { type } = toldUser(c, state, state.viewer);
      if (type === 'Bot') throw new ApiError(403, 'Resource not accessible by integration');
      return c.json(fullUser(c, state, state.viewer));
    })
    .get('/users/:username', (c) => c.json(fullUser(c, state, c.req.param('username'))))
    .get('/orgs/:organization/teams/:slug', (c) =>
      c.json(toldTeam(c, teamOf(c.req.param('organization'), c.req.param('slug')))),
    )
    .get('/orgs/:organization/teams/:slug/members', (c) => {
      const { members } = teamOf(c.req.param('organization'), c.req.param('slug'));
      return c.json(page(c, members).map((login) => toldUser(c, state, login)));
    });
}

/** A user as other things mention one. */
export function toldUser(c: Context<Api>, state: State, login: string) {
  const user = state.users.find((one) => sameName(one.login, login));
  if (!user) throw notFound();
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('U', user.id),
    avatar_url: htmlUrl(c, `/avatars/u/${user.id}`),
    gravatar_id: '',
    url: apiUrl(c, `/users/${user.login}`),
    html_url: htmlUrl(c, `/${user.login}`),
    type: user.type,
    site_admin: false,
  };
}

function fullUser(c: Context<Api>, state: State, login: string) {
  const { name } = state.users.find((one) => sameName(one.login, login)) ?? {};
  const nothing = { company: null, blog: '', location: null, email: null, bio: null };
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  const born = '2024-01-01T00:00:00Z';
  return { ...toldUser(c, state, login), name, ...nothing, ...counts, created_at: born, updated_at: born };
}

export function toldTeam(c: Context<Api>, { id, organization, slug, name, description }: Team) {
  return {
    id,
    node_id: nodeId('T', id),
    name,
    slug,
    description,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    url: apiUrl(c, `/organizations/${organization}/team/${id}`),
    html_url: htmlUrl(c, `/orgs/${organization}/teams/${slug}`),
    parent: null,
  };
}
