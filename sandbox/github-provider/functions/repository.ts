/** https://docs.github.com/en/rest/repos/repos#get-a-repository */
import { z } from 'zod';
import type { StandInFunction } from '../../contract/resource.ts';
import type { GithubClient } from '../client.ts';
import { ifThere } from '../../../cli/preview-comment/github-error.ts';

const args = z
  .object({
    name: z.string().optional(),
    fullName: z
      .string()
      .regex(/^[^/]+\/[^/]+$/)
      .optional(),
  })
  .refine(({ name, fullName }) => name !== undefined || fullName !== undefined, {
    message: 'one of "fullName" or "name" has to be provided',
  });

const repository = z.object({
  id: z.int(),
  node_id: z.string(),
  name: z.string(),
  full_name: z.string(),
  description: z.string().nullable(),
  homepage: z.string().nullable(),
  language: z.string().nullable(),
  default_branch: z.string(),
  visibility: z.string(),
  private: z.boolean(),
  fork: z.boolean(),
  archived: z.boolean(),
  is_template: z.boolean(),
  has_issues: z.boolean(),
  has_projects: z.boolean(),
  has_wiki: z.boolean(),
  has_downloads: z.boolean(),
  has_discussions: z.boolean(),
  allow_merge_commit: z.boolean(),
  allow_squash_merge: z.boolean(),
  allow_rebase_merge: z.boolean(),
  allow_auto_merge: z.boolean(),
  allow_update_branch: z.boolean(),
  allow_forking: z.boolean(),
  delete_branch_on_merge: z.boolean(),
  squash_merge_commit_title: z.string(),
  squash_merge_commit_message: z.string(),
  merge_commit_title: z.string(),
  merge_commit_message: z.string(),
  html_url: z.string(),
  git_url: z.string(),
  ssh_url: z.string(),
  clone_url: z.string(),
  svn_url: z.string(),
  topics: z.array(z.string()),
});

/** Of a repository that is not there the official provider tells an empty id, and no more. */
export const getRepository: StandInFunction<GithubClient> = async (github, given) => {
  const { name, fullName } = args.parse(given);
  const path = fullName === undefined ? github.repository(name ?? '') : `/repos/${fullName}`;
  const answer = await ifThere(github.request('GET', path));
  if (!answer) return { ...given, id: '' };
  const found = repository.parse(answer.body);
  return {
    id: found.name,
    repoId: found.id,
    nodeId: found.node_id,
    name: found.name,
    fullName: found.full_name,
    description: found.description ?? '',
    homepageUrl: found.homepage ?? '',
    primaryLanguage: found.language ?? '',
    defaultBranch: found.default_branch,
    visibility: found.visibility,
    private: found.private,
    fork: found.fork,
    archived: found.archived,
    isTemplate: found.is_template,
    hasIssues: found.has_issues,
    hasProjects: found.has_projects,
    hasWiki: found.has_wiki,
    hasDownloads: found.has_downloads,
    hasDiscussions: found.has_discussions,
    allowMergeCommit: found.allow_merge_commit,
    allowSquashMerge: found.allow_squash_merge,
    allowRebaseMerge: found.allow_rebase_merge,
    allowAutoMerge: found.allow_auto_merge,
    allowUpdateBranch: found.allow_update_branch,
    allowForking: found.allow_forking,
    deleteBranchOnMerge: found.delete_branch_on_merge,
    squashMergeCommitTitle: found.squash_merge_commit_title,
    squashMergeCommitMessage: found.squash_merge_commit_message,
    mergeCommitTitle: found.merge_commit_title,
    mergeCommitMessage: found.merge_commit_message,
    htmlUrl: found.html_url,
    gitCloneUrl: found.git_url,
    sshCloneUrl: found.ssh_url,
    httpCloneUrl: found.clone_url,
    svnUrl: found.svn_url,
    topics: found.topics,
    pages: [],
    repositoryLicenses: [],
    templates: [],
  };
};
