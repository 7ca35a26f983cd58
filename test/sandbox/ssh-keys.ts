/** Key pairs for SSH servers in this process. */
import { generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';

export function keyPair(): { private: string; public: string } {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  return { private: privateKey, public: `ssh-rsa ${parsed.getPublicSSH().toString('base64')}` };
}
