/** A pattern of branches or tags that may be deployed. https://docs.github.com/en/rest/deployments/branch-policies */
import { z } from 'zod';
import type { GithubClient } from '../client.ts';
import { GithubError, ifThere } from '../../../cli/preview-comment/github-error.ts';
import { joinId, splitId } from '../ids.ts';
import { repositoryId } from '../repository-id.ts';
import type { Resource } from '../stand-in.ts';
import { environmentPath } from './environment.ts';

const schema = z
  .strictObject({
    repository: z.string(),
    environment: z.string(),
    branchPattern: z.string().min(1).optional(),
    tagPattern: z.string().min(1).optional(),
  })
  .refine(({ branchPattern, tagPattern }) => (branchPattern === undefined) !== (tagPattern === undefined), {
    path: ['branchPattern'],
    message: 'expected one of branchPattern and tagPattern',
  });

type Inputs = z.output<typeof schema>;

const policy = z.object({ id: z.int(), name: z.string(), type: z.enum(['branch', 'tag']).default('branch') });
const page = z.object({ branch_policies: z.array(policy) }).transform(({ branch_policies }) => branch_policies);

export const deploymentPolicy: Resource<Inputs> = {
  schema,
  defaults: () => ({}),
  // A policy of branches cannot become one of tags.
  replaceOn: ['repository', 'tagPattern'],

  async create(github, inputs) {
    const id = await repositoryId(github, inputs.repository);
    const made = await add(github, inputs);
    const outputs = { policyId: made.id, repositoryId: id };
    return { id: joinId(inputs.repository, inputs.environment, made.id), outputs };
  },

  async read(github, id) {
    const { repository, environment, policyId } = placeOf(id);
    const path = `${policiesPath(github, { repository, environment })}/${policyId}`;
    const found = await ifThere(github.request('GET', path));
    if (!found) return undefined;
    const { name, type } = policy.parse(found.body);
    const pattern = type === 'branch' ? { branchPattern: name } : { tagPattern: name };
    const outputs = { policyId: Number(policyId), repositoryId: await repositoryId(github, repository) };
    return { id, inputs: { repository, environment, ...pattern }, outputs };
  },

  async update(github, inputs, { policyId }) {
    await github.request('PUT', `${policiesPath(github, inputs)}/${policyId}`, { name: policyOf(inputs).name });
    return {};
  },

  async delete(github, id) {
    const { policyId, ...place } = placeOf(id);
    await ifThere(github.request('DELETE', `${policiesPath(github, place)}/${policyId}`));
  },
};

function placeOf(id: string): { repository: string; environment: string; policyId: string } {
  const [repository = '', environment = '', policyId = ''] = splitId(id, ['repository', 'environment', 'policy_id']);
  return { repository, environment, policyId };
}

function policiesPath(github: GithubClient, of: { repository: string; environment: string }): string {
  return `${environmentPath(github, of)}/deployment-branch-policies`;
}

function policyOf({ branchPattern, tagPattern }: Inputs): { name: string; type: 'branch' | 'tag' } {
  return branchPattern === undefined
    ? { name: tagPattern ?? '', type: 'tag' }
    : { name: branchPattern, type: 'branch' };
}

/** GitHub answers 303 for one that is there: after a try without an answer it is the one of that try. */
async function add(github: GithubClient, inputs: Inputs): Promise<z.output<typeof policy>> {
  const wanted = policyOf(inputs);
  try {
    return policy.parse((await github.request('POST', policiesPath(github, inputs), wanted)).body);
  } catch (error) {
    if (!(error instanceof GithubError && error.status === 303)) throw error;
    const all = await github.list(policiesPath(github, inputs), page);
    const found = all.find(({ name, type }) => name === wanted.name && type === wanted.type);
    if (found && error.doubtful) return found;
    const id = joinId(inputs.repository, inputs.environment, found?.id ?? '<policy_id>');
    throw new Error(`the policy ${wanted.type} '${wanted.name}' is there already: import it as ${id}`);
  }
}
