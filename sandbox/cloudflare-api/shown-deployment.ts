/** A deployment as the API shows it: https://developers.cloudflare.com/api/resources/pages/ */
import type { Deployment, PagesProject } from './state.ts';

export function shownDeployment(deployment: Deployment, project: PagesProject) {
  const { id, environment, branch, commitHash, commitMessage, createdOn } = deployment;
  const stage = { name: 'deploy', status: 'success', started_on: createdOn, ended_on: createdOn };
  return {
    id,
    short_id: shortId(id),
    project_id: project.id,
    project_name: project.name,
    environment,
    url: `https://${shortId(id)}.${project.name}.pages.dev`,
    aliases: environment === 'preview' ? [`https://${branchAlias(branch)}.${project.name}.pages.dev`] : null,
    latest_stage: stage,
    stages: [stage],
    deployment_trigger: {
      type: 'ad_hoc',
      metadata: { branch, commit_hash: commitHash, commit_message: commitMessage, commit_dirty: false },
    },
    is_skipped: false,
    created_on: createdOn,
    modified_on: createdOn,
  };
}

/** The label of a deployment below the project's name. */
export const shortId = (id: string): string => id.slice(0, 8);

/** The label of a branch below the project's name: https://developers.cloudflare.com/pages/configuration/preview-deployments/ */
export function branchAlias(branch: string): string {
  return branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 28);
}
