/** References of container images: `registry/path:tag@digest`. */
import { z } from 'zod';

export interface ImageReference {
  name: string;
  tag?: string;
  digest?: string;
}

const pattern =
  /^(?<name>[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** Undefined where the text is no reference, or names no registry: a short name means another image on each host. */
export function parseImage(reference: string): ImageReference | undefined {
  const { name, tag, digest } = pattern.exec(reference)?.groups ?? {};
  if (name === undefined || !/[.:]/.test(name.split('/')[0] ?? '')) return undefined;
  return { name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** A reference of a container image that names its registry: `ghcr.io/codeb/api:1.0.0`. */
export const image = z.string().refine((reference) => parseImage(reference) !== undefined, {
  message: "expected a reference with its registry, such as 'ghcr.io/codeb/api:1.0.0'",
});

/** Whether the same reference can mean another image tomorrow, by the field's habit. */
export function moves({ tag, digest }: ImageReference): boolean {
  return digest === undefined && (tag === undefined || tag === 'latest');
}

/** What an app is told to be the version of: the tag, else the digest. */
export function versionOf({ tag, digest }: ImageReference): string {
  return tag ?? digest ?? 'latest';
}
