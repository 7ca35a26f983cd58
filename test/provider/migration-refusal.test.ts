import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../provider/migration-refusal.ts';

const file = (path: string, sql: string) => `file ${path} ${Buffer.from(sql).toString('base64')}\n`;
const told = file('001_old.sql', 'DROP TABLE a') + file('002_new.sql', 'SELECT 1;\nDELETE FROM b');
const image = 'ghcr.io/example/shop:2';
const refusal = (destructive: 'refused' | 'named' | 'allowed', contracts: string[] = [], of = told) =>
  refusalOf({ image, folder: '/migrations', destructive, contracts }, of, 'nothing was changed');

const [first, second] = [
  '  001_old.sql:1: DROP TABLE a: drops what the running version may use',
  '  002_new.sql:2: DELETE FROM b: deletes every row',
];
const start = `migrations in /migrations of '${image}' take something away; nothing was changed; `;

describe('S3.7: migrations that take something away are refused', () => {
  test('whatever files are named, where only additions are taken', async () => {
    expect(await refusal('refused', ['001_old.sql'])).toBe(
      [
        `${start}here only additions are taken: make the old and the new version work with the same schema:`,
        ...[first, second],
      ].join('\n'),
    );
  });

  test('in files that are not named, where others are taken', async () => {
    const expected = `${start}name the file under 'migrations.contracts' once no running version needs what goes:`;
    expect(await refusal('named', ['001_old.sql'])).toBe([expected, second].join('\n'));
    expect(await refusal('named', ['001_old.sql', '002_new.sql'])).toBeUndefined();
    const unread = await refusal('named', [], file('003.sql', 'ALTR TABLE a'));
    expect(unread).toBe([expected, '  003.sql: syntax error at or near "ALTR"'].join('\n'));
  });

  test('and none where they are allowed, or where there is no data yet', async () => {
    expect(await refusal('allowed')).toBeUndefined();
    expect(await refusal('refused', [], `fresh\n${told}`)).toBeUndefined();
  });
});
