/** Boots the virtual machine of the tests, and removes it after the last of them. */
import type { TestProject } from 'vitest/node';
import { terminalProgress } from '../../sandbox/progress.ts';
import { provideVmNeeds } from '../../sandbox/vm/needs.ts';
import { bootVm, removeVm } from '../../sandbox/vm/vm.ts';

/** Whether the tests have a machine, and which. */
export type TestMachine = { kind: 'able'; name: string } | { kind: 'unable'; reasons: string[] };

const name = 'limits';

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const progress = terminalProgress();
  const needs = await provideVmNeeds(progress);
  if (needs.kind === 'unable') {
    if (process.env.CI === 'true') throw new Error(`no virtual machine for the tests: ${needs.reasons.join('; ')}`);
    project.provide('machine', { kind: 'unable', reasons: [...needs.reasons] });
    return undefined;
  }
  await bootVm(name, progress);
  project.provide('machine', { kind: 'able', name });
  return () => removeVm(name);
}
