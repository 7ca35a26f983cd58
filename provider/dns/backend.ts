/** What a DNS server has to be able to do for `RecordSet`. */
import type { RecordSetInputs } from '../schema.ts';
import type { Session } from '../session.ts';

/** The server puts its API key or TSIG secret here, which never leaves it. */
export const dnsSecret = '{{dns secret}}';

export type RecordKey = Pick<RecordSetInputs, 'zone' | 'name' | 'type'>;

/** No values: it is there and answers nothing, since all of it is disabled. */
export type FoundRecords = { ttl: number; values: string[]; owner: string | undefined };

/** `owner` is the stack that made it: `{Pulumi project}/{stack}`. */
export type OwnedRecord = RecordKey & { owner: string };

/** A stack wrote to the set after it was looked at: nothing was changed. */
export class WrittenMeanwhile extends Error {
  constructor({ type, name }: RecordKey) {
    super(`${type} ${name} was written to by another update at the same time; nothing was changed: run this one again`);
  }
}

/** A set as it was when looked at. Its changes reject with `WrittenMeanwhile` where a stack has changed it since. */
export interface Look {
  readonly found: FoundRecords | undefined;
  /** @param owner the stack that it belongs to from now on */
  put(set: RecordSetInputs, owner: string): Promise<void>;
  remove(): Promise<void>;
}

export interface RecordBackend {
  look(session: Session, key: RecordKey): Promise<Look>;
  /** All sets of a zone that stacks have made. */
  owned(session: Session, zone: string): Promise<OwnedRecord[]>;
}
