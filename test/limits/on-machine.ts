/** The virtual machine of the tests, booted before the first one (`global-setup.ts`). */
import { describe, inject } from 'vitest';
import type { Box } from '../../sandbox/box.ts';
import { findVm } from '../../sandbox/vm/vm.ts';
import type { TestMachine } from './global-setup.ts';

declare module 'vitest' {
  interface ProvidedContext {
    machine: TestMachine;
  }
}

/** Tests that need the machine; where none can be run they are skipped by name, with the reason. */
export function describeOnMachine(name: string, tests: () => void): void {
  const machine = inject('machine');
  if (machine.kind === 'able') describe(name, tests);
  else describe.skip(`${name} [no virtual machine here: ${machine.reasons.join('; ')}]`, tests);
}

export async function testMachine(): Promise<Box> {
  const machine = inject('machine');
  const box = machine.kind === 'able' ? await findVm(machine.name) : undefined;
  if (!box) throw new Error('the virtual machine of the tests is gone');
  return box;
}
