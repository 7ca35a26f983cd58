/** An operation that the server refused or could not finish; the message is the server's own. */
export class OperationError extends Error {
  readonly code: number;

  constructor(server: string, operation: string, code: number, output: string) {
    super(`server ${server}, ${operation}: ${output.trim() || `exit code ${code} without a word`}`);
    this.name = 'OperationError';
    this.code = code;
  }
}
