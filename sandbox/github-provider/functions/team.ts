/** https://docs.github.com/en/rest/teams/teams#get-a-team-by-name */
import { z } from 'zod';
import type { StandInFunction } from '../../contract/resource.ts';
import type { GithubClient } from '../client.ts';

const args = z.object({
  slug: z.string(),
  membershipType: z.enum(['all', 'immediate']).default('all'),
  summaryOnly: z.boolean().default(false),
});

const team = z.object({
  id: z.int(),
  node_id: z.string(),
  name: z.string(),
  slug: z.string(),
  description: z.string().nullable(),
  privacy: z.string(),
  notification_setting: z.string(),
  permission: z.string(),
});

const members = z.array(z.object({ login: z.string() }));

/** Repositories are left out: nothing here asks for them. */
export const getTeam: StandInFunction<GithubClient> = async (github, given) => {
  const { slug, membershipType, summaryOnly } = args.parse(given);
  const path = `/orgs/${encodeURIComponent(github.owner)}/teams/${encodeURIComponent(slug)}`;
  const found = team.parse((await github.request('GET', path)).body);
  const listed = summaryOnly ? [] : await github.list(`${path}/members`, members);
  return {
    id: String(found.id),
    nodeId: found.node_id,
    name: found.name,
    slug: found.slug,
    description: found.description ?? '',
    privacy: found.privacy,
    notificationSetting: found.notification_setting,
    permission: found.permission,
    members: listed.map(({ login }) => login),
    membershipType,
    summaryOnly,
    repositories: [],
    repositoriesDetaileds: [],
  };
};
