/** An operation that the server refused or could not finish; the message is the server's own. */
export class OperationError extends Error {
  readonly code: number;

  constructor(server: string, operation: string, code: number, output: string) {
    super(`server ${server}, ${operation}: ${output.trim() || `exit code ${code} without a word`}`);
    this.name = 'OperationError';
    this.code = code;
  }
}

/** The connection ended before the answer: what was under way may have come to its end, or not. */
export class LostConnection extends Error {}

/** Whether something is neither as it was nor as it is wanted: exit code 30 of the agent, or nobody knows. */
export function leavesHalfDone(error: unknown): error is Error {
  return error instanceof LostConnection || (error instanceof OperationError && error.code === 30);
}
