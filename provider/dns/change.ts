/** Changes of record sets, each of the set as it is at that moment. */
import type { Session } from '../session.ts';
import { type Look, type OwnedRecord, type RecordBackend, type RecordKey, WrittenMeanwhile } from './backend.ts';

/** What was written to meanwhile is looked at once more, most often to be refused with the name of who was faster. */
export async function changeSet(
  backend: RecordBackend,
  session: Session,
  key: RecordKey,
  act: (look: Look) => Promise<void>,
): Promise<void> {
  const lookAndAct = async () => act(await backend.look(session, key));
  await lookAndAct().catch((error: unknown) => {
    if (!(error instanceof WrittenMeanwhile)) throw error;
    return lookAndAct();
  });
}

/** Removes a set that was listed as its owner's; where it is another's by now, nothing. */
export async function removeOwned(
  backend: RecordBackend,
  session: Session,
  { owner, ...key }: OwnedRecord,
): Promise<void> {
  await changeSet(backend, session, key, async ({ found, remove }) => {
    if (found?.owner === owner) await remove();
  });
}
