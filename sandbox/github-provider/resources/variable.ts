/** A variable of an environment. https://docs.github.com/en/rest/actions/variables */
import { z } from 'zod';
import type { GithubClient } from '../client.ts';
import { GithubError, ifThere } from '../../../cli/preview-comment/github-error.ts';
import { joinId, splitId } from '../ids.ts';
import { repositoryId } from '../repository-id.ts';
import type { Resource } from '../stand-in.ts';
import { settingName, stampsOf } from '../setting-name.ts';
import { environmentPath } from './environment.ts';

const schema = z.strictObject({
  repository: z.string(),
  environment: z.string(),
  variableName: settingName,
  value: z.string(),
});

type Inputs = z.output<typeof schema>;

const answer = z.object({ value: z.string() });

export const variable: Resource<Inputs> = {
  schema,
  defaults: () => ({}),
  replaceOn: ['repository'],

  async create(github, inputs) {
    const outputs = { repositoryId: await repositoryId(github, inputs.repository) };
    await add(github, inputs);
    const id = joinId(inputs.repository, inputs.environment, inputs.variableName);
    return { id, outputs: { ...outputs, ...(await times(github, inputs)) } };
  },

  async read(github, id) {
    const place = placeOf(id);
    const found = await ifThere(github.request('GET', variablePath(github, place)));
    if (!found) return undefined;
    const inputs = { ...place, value: answer.parse(found.body).value };
    return {
      id,
      inputs,
      outputs: { repositoryId: await repositoryId(github, place.repository), ...stampsOf(found.body) },
    };
  },

  async update(github, inputs) {
    await github.request('PATCH', variablePath(github, inputs), { value: inputs.value });
    return await times(github, inputs);
  },

  async delete(github, id) {
    await ifThere(github.request('DELETE', variablePath(github, placeOf(id))));
  },
};

type Place = Omit<Inputs, 'value'>;

function placeOf(id: string): Place {
  const names = ['repository', 'environment', 'variable_name'];
  const [repository = '', environment = '', variableName = ''] = splitId(id, names);
  return { repository, environment, variableName };
}

function variablePath(github: GithubClient, of: Place): string {
  return `${environmentPath(github, of)}/variables/${of.variableName}`;
}

/** One that is there with this very value, after a try without an answer, is the one of that try. */
async function add(github: GithubClient, inputs: Inputs): Promise<void> {
  const { variableName: name, value } = inputs;
  try {
    await github.request('POST', `${environmentPath(github, inputs)}/variables`, { name, value });
  } catch (error) {
    if (!(error instanceof GithubError && error.status === 409)) throw error;
    const there = await github.request('GET', variablePath(github, inputs));
    if (error.doubtful && answer.parse(there.body).value === value) return;
    const id = joinId(inputs.repository, inputs.environment, name);
    throw new Error(`the variable ${name} is there already: import it as ${id}`);
  }
}

/** It is set: without its times the next refresh fills them in, but an error would lose it. */
async function times(github: GithubClient, inputs: Inputs): Promise<{ createdAt?: string; updatedAt?: string }> {
  const told = await github.request('GET', variablePath(github, inputs)).catch(() => undefined);
  return told ? stampsOf(told.body) : {};
}
