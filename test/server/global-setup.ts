import type { TestProject } from 'vitest/node';

/** Whether the tests have a server, and which. */
export type Server = { kind: 'able'; box: string } | { kind: 'unable'; reasons: string[] };

export default async function setup(project: TestProject): Promise<void> {
  project.provide('server', { kind: 'able', box: 'core' });
}
