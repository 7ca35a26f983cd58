/** `Password`: made once, on the server, in a file that outlives a lost update and a deleted stack (its data does too). */
import { createHash } from 'node:crypto';
import { secret, unknown } from '../property-values.ts';
import type { Call, Resource } from '../resource.ts';
import { type PasswordInputs, password } from '../schema.ts';

async function value({ session }: Call, { path, length }: Pick<PasswordInputs, 'path' | 'length'>) {
  return { value: secret(await session.change('password', [path, length])) };
}

export const passwordResource: Resource<PasswordInputs> = {
  schema: password,
  replaceOn: ['path', 'length'],
  deleteBeforeReplace: false,
  id: (inputs) => inputs.path,
  create: value,
  update: value,

  async preview(_call, _inputs, outputs) {
    return { value: outputs?.value ?? secret(unknown) };
  },

  async read(call, id, known) {
    const { passwords } = await call.session.snapshot();
    const found = passwords.get(id);
    if (found === undefined) return undefined;
    const before = known?.outputs.value;
    if (known && typeof before === 'string' && createHash('sha256').update(before).digest('hex') === found) {
      return { inputs: known.inputs, outputs: { value: secret(before) } };
    }
    const now = await call.session.look('show', [id]);
    const inputs = known?.inputs ?? { owner: id.split('/').at(-3) ?? '', path: id, length: now.length };
    return { inputs, outputs: { value: secret(now) } };
  },

  // Kept: the data that it opens is kept as well, and goes with it.
  async delete() {},
};
