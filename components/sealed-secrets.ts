import * as pulumi from '@pulumi/pulumi';
import { armor, Encrypter } from 'age-encryption';
import { fingerprint } from '../stacks/fingerprints.ts';
import type { Server } from './server.ts';

/** Secret variables on their way to a server: nobody in between can read them, the engine and its log included. */
export interface SealedSecrets {
  /** By name: tells that a value is another one. */
  fingerprints: Record<string, pulumi.Output<string>>;
  /** Lines of `NAME=value`; another text each time. */
  sealed: pulumi.Output<string>;
}

/**
 * Values as only their server can open them; nothing where there are none.
 *
 * @param fingerprintKey the stack's own; without a value to seal none is needed
 */
export function sealedFor(
  server: Server,
  values: Record<string, pulumi.Input<string>>,
  fingerprintKey: string,
): SealedSecrets | undefined {
  if (Object.keys(values).length === 0) return undefined;
  const text = pulumi.output(values).apply((known) =>
    Object.entries(known)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  return {
    fingerprints: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        pulumi.unsecret(pulumi.output(value).apply((known) => fingerprint(known, fingerprintKey))),
      ]),
    ),
    sealed: pulumi
      .all([server.recipient, text])
      // As it is another text each time, a plan that names it could never be kept: engine, resource/deploy/plan.go.
      .apply(([recipient, plain]) =>
        pulumi.runtime.isDryRun() ? unknownText() : pulumi.output(seal(plain, recipient)),
      ),
  };
}

/** Nothing where the server has told no key: the workload refuses that, for no error may come out of an `apply`. */
async function seal(text: string, recipient: string): Promise<string> {
  if (recipient === '') return '';
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(text));
}

function unknownText(): pulumi.Output<string> {
  return pulumi.output(pulumi.unknown).apply(String);
}
