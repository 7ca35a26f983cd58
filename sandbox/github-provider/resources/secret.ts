/** A secret of an environment, sealed here for that environment's key. https://docs.github.com/en/rest/actions/secrets */
import sodium from 'libsodium-wrappers';
import { z } from 'zod';
import type { Properties } from '../../../provider/property-values.ts';
import type { GithubClient } from '../client.ts';
import { ifThere } from '../../../cli/preview-comment/github-error.ts';
import { joinId, splitId } from '../ids.ts';
import { repositoryId } from '../repository-id.ts';
import type { Resource } from '../stand-in.ts';
import { settingName, stampsOf } from '../setting-name.ts';
import { environmentPath } from './environment.ts';

const schema = z.strictObject(
  {
    repository: z.string(),
    environment: z.string(),
    secretName: settingName,
    /** GitHub does not tell it. */
    value: z.string(),
  },
  { error: ({ code }) => (code === 'unrecognized_keys' ? "the stand-in takes the secret's `value` alone" : undefined) },
);

type Inputs = z.output<typeof schema>;

const publicKey = z.object({ key: z.string(), key_id: z.string() });

export const secret: Resource<Inputs> = {
  schema,
  defaults: () => ({}),
  replaceOn: ['repository'],

  async create(github, inputs) {
    const id = await repositoryId(github, inputs.repository);
    const outputs = { repositoryId: id, ...(await put(github, inputs)) };
    return { id: joinId(inputs.repository, inputs.environment, inputs.secretName), outputs };
  },

  async read(github, id, { inputs: known, outputs }) {
    const place = placeOf(id);
    const found = await ifThere(github.request('GET', secretPath(github, place)));
    if (!found) return undefined;
    const { createdAt, updatedAt: remoteUpdatedAt } = stampsOf(found.body);
    const { keyId, updatedAt = remoteUpdatedAt } = outputs;
    // The value cannot be read; that somebody else set it shows in the time, and then it is not known to be the program's.
    const value = updatedAt === remoteUpdatedAt ? known?.value : undefined;
    return {
      id,
      inputs: { ...place, ...(value !== undefined && { value }) },
      outputs: {
        repositoryId: await repositoryId(github, place.repository),
        ...(keyId !== undefined && { keyId }),
        ...{ createdAt, updatedAt, remoteUpdatedAt },
      },
    };
  },

  async update(github, inputs) {
    return await put(github, inputs);
  },

  async delete(github, id) {
    await ifThere(github.request('DELETE', secretPath(github, placeOf(id))));
  },
};

type Place = Omit<Inputs, 'value'>;

function placeOf(id: string): Place {
  const names = ['repository', 'environment', 'secret_name'];
  const [repository = '', environment = '', secretName = ''] = splitId(id, names);
  return { repository, environment, secretName };
}

function secretPath(github: GithubClient, of: Place): string {
  return `${environmentPath(github, of)}/secrets/${of.secretName}`;
}

async function put(github: GithubClient, inputs: Inputs): Promise<Properties> {
  const { body } = await github.request('GET', `${environmentPath(github, inputs)}/secrets/public-key`);
  const { key, key_id } = publicKey.parse(body);
  const encrypted_value = await sealed(inputs.value, key);
  await github.request('PUT', secretPath(github, inputs), { encrypted_value, key_id });
  // It is set: without its times the next refresh fills them in, but an error would lose it.
  const told = await github.request('GET', secretPath(github, inputs)).catch(() => undefined);
  if (!told) return { keyId: key_id };
  const { createdAt, updatedAt } = stampsOf(told.body);
  return { keyId: key_id, createdAt, updatedAt, remoteUpdatedAt: updatedAt };
}

/** https://docs.github.com/en/rest/guides/encrypting-secrets-for-the-rest-api */
async function sealed(value: string, key: string): Promise<string> {
  await sodium.ready;
  const box = sodium.crypto_box_seal(value, new Uint8Array(Buffer.from(key, 'base64')));
  return Buffer.from(box).toString('base64');
}
