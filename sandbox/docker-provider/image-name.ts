/** The parts of an image's name: https://github.com/distribution/reference */

export interface ImageName {
  /** `ghcr.io`, `registry-1.docker.io`, `127.0.0.1:5000` */
  readonly registry: string;
  /** `library/postgres` */
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

export const dockerHub = 'registry-1.docker.io';

export function imageName(text: string): ImageName {
  const [first = '', ...others] = text.split('/');
  const isHost = others.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = !isHost || first === 'docker.io' ? dockerHub : first;
  const path = isHost ? others.join('/') : text;
  const [, name = path, tag, digest] = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(path) ?? [];
  const repository = registry === dockerHub && !name.includes('/') ? `library/${name}` : name;
  return { registry, repository, reference: digest ?? tag ?? 'latest' };
}
