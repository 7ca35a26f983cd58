/** Accounts and zones that are there from the start. */
import { z } from 'zod';
import type { Store } from './store.ts';

const id = z.string().regex(/^[0-9a-f]{32}$/, '32 hexadecimal digits, as Cloudflare gives them');

export const seedSchema = z.strictObject({
  accounts: z.array(
    z.strictObject({
      id,
      name: z.string(),
      zones: z.array(z.strictObject({ id, name: z.hostname() })).default([]),
    }),
  ),
});

export type Seed = z.input<typeof seedSchema>;

/** Adds what is not there yet; what is there stays as it is. */
export function plant(store: Store, seed: Seed): void {
  const createdOn = new Date().toISOString();
  store.change((state) => {
    for (const { zones, ...account } of seedSchema.parse(seed).accounts) {
      if (!state.accounts.some((one) => one.id === account.id)) state.accounts.push({ ...account, createdOn });
      for (const zone of zones) {
        const isThere = state.zones.some((one) => one.id === zone.id);
        if (!isThere) state.zones.push({ ...zone, account: account.id, createdOn });
      }
    }
  });
}
