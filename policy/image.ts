/**
 * Whether a reference can mean another image tomorrow: it has no digest, and no tag or the tag `latest`. A bare
 * `sha256:…` is an image's own id. Unlike `stacks/image.ts` it takes short names, since Docker does.
 */
export function isMoving(reference: string): boolean {
  if (/(^|@)sha256:[0-9a-f]{64}$/.test(reference)) return false;
  const tag = /:([\w][\w.-]*)$/.exec(reference.slice(reference.lastIndexOf('/') + 1))?.[1];
  return tag === undefined || tag === 'latest';
}
