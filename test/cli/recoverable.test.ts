import { describe, expect, test } from 'vitest';
import { parseRecoverable } from '../../cli/restore/recoverable.ts';

const at = (time: string): number => Date.parse(`2026-11-${time}Z`);

/** Restored on the 20th at 11:00, and once more half an hour later. */
const told = `base 20261119T000000Z 10 20261120T110000Z
base 20261120T000000Z 20 20261120T110000Z
base 20261120T110500Z 30 20261120T113000Z
base 20261120T113500Z 40 -
archived 1795000000
before 20261120T110000Z 50
`;

describe('S1.4: what a database can be restored from', () => {
  test('is read as the server lists it, and nothing else is', () => {
    expect(parseRecoverable(told)).toMatchObject({
      archived: 1_795_000_000_000,
      aside: [{ at: at('20T11:00:00'), bytes: 50 }],
    });
    expect(parseRecoverable('')).toEqual({ backups: [], aside: [] });
    expect(() => parseRecoverable('base yesterday 10 -\n')).toThrow("the server has a backup of no time: 'yesterday'");
    expect(() => parseRecoverable('backup x\n')).toThrow("the server lists what nobody knows: 'backup x'");
  });
});
