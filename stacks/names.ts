/** Names: a project's slug in an environment, and everything called after it. */
import { z } from 'zod';
import type { EnvironmentName } from './environments.ts';

/** A label of a DNS name (RFC 1123), short enough for what is added to it: the pod's host name has 64 characters. */
export const label = z
  .string()
  .max(40, 'expected at most 40 characters')
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and inner hyphens (RFC 1123)')
  .refine((name) => name !== 'constructor', {
    message: 'is a property of every object in JavaScript: expected another name',
  });

/** A DNS name, lower case and without a final dot. */
export const dnsName = z
  .string()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'expected a lower-case DNS name without a final dot',
  );

/** Where in its life a project is deployed; a preview is one per pull request. */
export type Stage =
  { environment: Exclude<EnvironmentName, 'preview'> } | { environment: 'preview'; pullRequest: number };

/** `production`, `staging`, `pr-12`. */
export function stageName(stage: Stage): string {
  return stage.environment === 'preview' ? `pr-${stage.pullRequest}` : stage.environment;
}

/** `celly-creative`, `celly-creative-staging`, `celly-creative-pr-12`. */
export function slugOf(project: string, stage: Stage): string {
  return stage.environment === 'production' ? project : `${project}-${stageName(stage)}`;
}

/** A folder a slug. Source: celly-creative's deployment architecture, "디렉토리 구조". */
export function directoryOf(slug: string): string {
  return `/var/lib/codeb/projects/${slug}`;
}

/** Dumps that previews of a project start from, put there by the server's owner: no production data. */
export function templatesOf(project: string): string {
  return `/var/lib/codeb/templates/${project}`;
}

/**
 * The name of a project below its base domain (`@` is the base domain itself), or of one of its apps below that; a host
 * of the platform itself keeps its one label (`staging-api`). Source: CodeB master plan, 4.1 "Domain Structure".
 */
export function domainOf(
  { base, host, kind, subdomain }: { base: string; host: string; kind: 'project' | 'platform'; subdomain?: string },
  stage: Stage,
): string {
  const own = host === '@' ? base : `${host}.${base}`;
  const before = stage.environment === 'production' ? '' : `${stageName(stage)}${kind === 'platform' ? '-' : '.'}`;
  return `${subdomain === undefined ? '' : `${subdomain}.`}${before}${own}`;
}

export function podUnit(slug: string): string {
  return `project-${slug}.pod`;
}

export function networkUnit(slug: string): string {
  return `${slug}.network`;
}

/** The container `{slug}-postgres`, its unit and its systemd service bear one name. */
export function containerName(slug: string, purpose: string): string {
  return `${slug}-${purpose}`;
}

export function containerUnit(slug: string, purpose: string): string {
  return `${containerName(slug, purpose)}.container`;
}

/** `api`, and `api-2` for the second of them: scaling up renames nothing. */
export function replicaName(service: string, replica: number): string {
  return replica === 1 ? service : `${service}-${replica}`;
}
