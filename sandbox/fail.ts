/** How a command ends that was showing progress and has failed: the reason stands apart from it; the exit code is 1. */
export function fail(error: unknown): void {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
