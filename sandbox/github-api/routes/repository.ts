/** One repository. https://docs.github.com/en/rest/repos/repos#get-a-repository */
import { type Context, Hono } from 'hono';
import { documented } from '../access.ts';
import { type Api, apiUrl, htmlUrl, nodeId, repositoryPath } from '../api.ts';
import type { Repository, State } from '../state.ts';
import { toldUser } from './people.ts';

export function repository(state: State): Hono<Api> {
  return new Hono<Api>().get('/', documented('repos/repos'), (c) => c.json(told(c, state, c.var.repository)));
}

function told(c: Context<Api>, state: State, repository: Repository) {
  const { id, name, owner, description, default_branch, permission } = repository;
  const full_name = `${owner}/${name}`;
  const { host } = new URL(c.req.url);
  return {
    id,
    node_id: nodeId('R', id),
    name,
    full_name,
    owner: toldUser(c, state, owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    description,
    default_branch,
    fork: false,
    archived: false,
    is_template: false,
    homepage: '',
    language: null,
    license: null,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    allow_update_branch: false,
    allow_forking: true,
    delete_branch_on_merge: false,
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    merge_commit_title: 'MERGE_MESSAGE',
    merge_commit_message: 'PR_TITLE',
    url: apiUrl(c, repositoryPath(repository)),
    html_url: htmlUrl(c, `/${full_name}`),
    git_url: `git://${host}/${full_name}.git`,
    ssh_url: `git@${host}:${full_name}.git`,
    clone_url: htmlUrl(c, `/${full_name}.git`),
    svn_url: htmlUrl(c, `/${full_name}`),
    permissions: {
      admin: permission === 'admin',
      push: permission === 'admin' || permission === 'push',
      pull: true,
    },
  };
}
