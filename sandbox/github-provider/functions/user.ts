/** https://docs.github.com/en/rest/users/users#get-a-user */
import { z } from 'zod';
import type { StandInFunction } from '../../contract/resource.ts';
import type { GithubClient } from '../client.ts';

const args = z.object({ username: z.string() });

const user = z.object({
  id: z.int(),
  login: z.string(),
  node_id: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  bio: z.string().nullable(),
  company: z.string().nullable(),
  location: z.string().nullable(),
  blog: z.string(),
  avatar_url: z.string(),
  gravatar_id: z.string(),
  site_admin: z.boolean(),
  followers: z.int(),
  following: z.int(),
  public_gists: z.int(),
  public_repos: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
});

/** Without a name the token's own user. Keys are left out: nothing here asks for them. */
export const getUser: StandInFunction<GithubClient> = async (github, given) => {
  const { username } = args.parse(given);
  const path = username === '' ? '/user' : `/users/${encodeURIComponent(username)}`;
  const found = user.parse((await github.request('GET', path)).body);
  return {
    username,
    id: String(found.id),
    login: found.login,
    nodeId: found.node_id,
    name: found.name ?? '',
    email: found.email ?? '',
    bio: found.bio ?? '',
    company: found.company ?? '',
    location: found.location ?? '',
    blog: found.blog,
    avatarUrl: found.avatar_url,
    gravatarId: found.gravatar_id,
    siteAdmin: found.site_admin,
    followers: found.followers,
    following: found.following,
    publicGists: found.public_gists,
    publicRepos: found.public_repos,
    gpgKeys: [],
    sshKeys: [],
    createdAt: found.created_at,
    updatedAt: found.updated_at,
    suspendedAt: '',
  };
};
