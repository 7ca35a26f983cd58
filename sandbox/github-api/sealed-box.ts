/** Sealed boxes of libsodium: https://docs.github.com/en/rest/guides/encrypting-secrets-for-the-rest-api */
import { createHash, randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import type { Environment } from './state.ts';

type Key = Environment['key'];

export async function newKey(): Promise<Key> {
  await sodium.ready;
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  return {
    id: randomBytes(8).readBigUInt64BE().toString(),
    public: toBase64(publicKey),
    private: toBase64(privateKey),
  };
}

/** What is in the box, or nothing when it was not sealed for this key. */
export async function opened(sealed: string, key: Key): Promise<Uint8Array | undefined> {
  await sodium.ready;
  try {
    return sodium.crypto_box_seal_open(fromBase64(sealed), fromBase64(key.public), fromBase64(key.private));
  } catch {
    return undefined;
  }
}

export function digestOf(value: Uint8Array): string {
  return createHash('sha256').update(value).digest('hex');
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
