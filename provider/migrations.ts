/** Looks at the statements of a migration before any of them runs. */
import { refusalOf } from './migration-refusal.ts';
import type { Call } from './resource.ts';
import type { Migration, WorkloadInputs } from './schema.ts';

/** @throws Error that names each file, line and statement that would take something away; nothing was changed then */
export async function refuseDestructive(
  { session }: Call,
  { slug, directory }: WorkloadInputs,
  migration: Migration,
): Promise<void> {
  if (migration.destructive === 'allowed') return;
  const { image, folder, shared } = migration;
  const database = shared ? [shared.container, shared.database] : [];
  const told = await session.look('sql', [slug, directory, image, folder, ...database]);
  const refusal = await refusalOf(migration, told, 'nothing was changed');
  if (refusal !== undefined) throw new Error(refusal);
}
