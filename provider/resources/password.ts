/** `Password`: made once, on the server, in a file that outlives a lost update and a deleted stack (its data does too). */
import { unknown } from '../property-values.ts';
import type { Call, Resource } from '../resource.ts';
import { type PasswordInputs, password } from '../schema.ts';

/** Digits of a SHA-256 that tell one password from another; of a random one they give nothing away. */
const shownDigits = 12;

async function make({ session }: Call, { path, length }: Pick<PasswordInputs, 'path' | 'length'>) {
  return { fingerprint: (await session.change('password', [path, length])).slice(0, shownDigits) };
}

export const passwordResource: Resource<PasswordInputs> = {
  schema: password,
  replaceOn: ['path', 'length'],
  deleteBeforeReplace: false,
  id: (inputs) => inputs.path,
  create: make,
  update: make,

  async preview(_call, _inputs, outputs) {
    return { fingerprint: outputs?.fingerprint ?? unknown };
  },

  async read({ session }, id, known) {
    const { passwords } = await session.snapshot();
    const found = passwords.get(id);
    if (found === undefined) return undefined;
    const inputs = known?.inputs ?? password.parse({ owner: id.split('/').at(-3) ?? '', path: id });
    return { inputs, outputs: { fingerprint: found.slice(0, shownDigits) } };
  },

  // Kept: the data that it opens is kept as well, and goes with it.
  async delete() {},
};
