import * as pulumi from '@pulumi/pulumi';
import { derivedPassword } from '../stacks/derived-passwords.ts';
import type { DockerContainer } from '../stacks/docker-container.ts';
import { withPasswords } from '../stacks/docker-secrets.ts';
import { databaseKinds, type Pod } from '../stacks/pod.ts';
import type { Bucket } from './bucket.ts';
import { bucketSecrets } from './services.ts';

/** What the program puts into the variables of a pod's containers; it reaches Docker through Pulumi's engine, as secrets. */
export class DockerValues {
  readonly #passwords: Record<string, string>;
  readonly #secrets: Record<string, string>;
  readonly #bucket: Record<string, pulumi.Input<string>>;

  constructor(
    { slug }: Pod,
    {
      passwordKey,
      secrets,
      bucket,
    }: { passwordKey: string; secrets: Record<string, string>; bucket: Bucket | undefined },
  ) {
    this.#passwords = Object.fromEntries(databaseKinds.map((one) => [one, derivedPassword(passwordKey, slug, one)]));
    this.#secrets = secrets;
    this.#bucket = bucket
      ? {
          S3_ENDPOINT: bucket.endpoint,
          S3_BUCKET: bucket.name,
          S3_ACCESS_KEY_ID: bucket.accessKeyId,
          ...Object.fromEntries(bucketSecrets.map((name) => [name, bucket.secretAccessKey])),
        }
      : {};
  }

  /** Lines of `NAME=value`, as a whole a secret: an engine that orders them anew would move the mark to another one. */
  linesOf({ kind, environment, secrets }: Pick<DockerContainer, 'kind' | 'environment' | 'secrets'>) {
    const given = Object.entries(environment).map(([name, value]) => [name, withPasswords(value, this.#passwords)]);
    const own = secrets.flatMap((name) => (name in this.#secrets ? [[name, this.#secrets[name]]] : []));
    const all: Record<string, pulumi.Input<string>> = {
      ...Object.fromEntries([...given, ...own]),
      ...(kind === 'app' && this.#bucket),
    };
    return pulumi
      .secret(pulumi.output(all))
      .apply((known) => Object.entries(known).map(([name, value]) => `${name}=${value}`));
  }

  /** Each secret on a line: what no error may show. */
  get hidden(): pulumi.Output<string> {
    const bucket = bucketSecrets.flatMap((name) => this.#bucket[name] ?? []);
    const all = [...Object.values(this.#passwords), ...Object.values(this.#secrets), ...bucket];
    return pulumi.secret(pulumi.all(all)).apply((known) => known.map((value) => `${value}\n`).join(''));
  }
}
