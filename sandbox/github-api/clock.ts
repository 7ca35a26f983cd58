/** The time as GitHub writes it: to the second. */
export function now(): string {
  return toSecond(Date.now());
}

/** The time of a change: later than the last one's, since a changed time alone tells of a changed secret. */
export function after(last: string): string {
  return toSecond(Math.max(Date.now(), Date.parse(last) + 1000));
}

function toSecond(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
