/** An operation that the server refused or could not finish; the message is the server's own. */
export class OperationError extends Error {
  readonly code: number;

  constructor(server: string, operation: string, code: number, output: string) {
    super(`server ${server}, ${operation}: ${output.trim() || `exit code ${code} without a word`}`);
    this.name = 'OperationError';
    this.code = code;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Nobody was there to ask: nothing was changed. */
export class Unreachable extends Error {}

/** The connection ended before the answer: what was under way may have come to its end, or not. */
export class LostConnection extends Error {}

/** Exit code of the agent where the server is not prepared for what is asked. */
const unprepared = 10;

/** Whether an error tells nothing of what is asked for: nobody could look. */
export function couldNotLook(error: unknown): error is Error {
  const absent = error instanceof Unreachable || error instanceof LostConnection;
  return absent || (error instanceof OperationError && error.code === unprepared);
}

/** Whether something is neither as it was nor as it is wanted: exit code 30 of the agent, or nobody knows. */
export function leavesHalfDone(error: unknown): error is Error {
  return error instanceof LostConnection || (error instanceof OperationError && error.code === 30);
}
