/** A Pulumi program in this process whose every error ends the update before anything is removed. */
import { log, RunError } from '@pulumi/pulumi';
import { waitForRPCs } from '@pulumi/pulumi/runtime/settings.js';

declare module '@pulumi/pulumi/runtime/settings.js' {
  /** Resolves when no registration is under way; left out of the SDK's types. */
  export function waitForRPCs(): Promise<void>;
}

/**
 * The Automation API tells the engine that a program has come to its end also when an `apply` in it has failed, and the
 * engine then deletes what was not registered; the language host of `pulumi up` does not.
 *
 * @throws RunError where the program has logged one, as the SDK does for each that an `apply` throws
 */
export async function wholeProgram<T>(program: () => Promise<T>): Promise<T> {
  const outputs = await program();
  await waitForRPCs();
  // An error that nobody has caught is told after the promises of this turn.
  await new Promise((told) => setImmediate(told));
  if (log.hasErrors())
    throw new RunError('the program ended with the errors above; what it did not come to is left as it is');
  return outputs;
}
