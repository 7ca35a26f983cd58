/** What could be made, or why not: for those who can do without and say so. */
export function orError<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
