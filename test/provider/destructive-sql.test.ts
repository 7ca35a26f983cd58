import { describe, expect, test } from 'vitest';
import { destructiveIn } from '../../provider/destructive-sql.ts';

const found = async (sql: string) => (await destructiveIn(sql)).map(({ line, statement }) => `${line}: ${statement}`);

describe('S3.7: a migration', () => {
  test.each([
    'CREATE TABLE a (id int PRIMARY KEY, b text NOT NULL)',
    'ALTER TABLE a ADD COLUMN c text',
    "ALTER TABLE a ADD COLUMN c text NOT NULL DEFAULT ''",
    'CREATE INDEX CONCURRENTLY i ON a (b)',
    'DROP INDEX i',
    'DELETE FROM a WHERE id = 1',
    "INSERT INTO a VALUES (1, 'DROP TABLE a')",
    '-- DROP TABLE a;\nSELECT 1',
    'CREATE TABLE a (id int, b int); ALTER TABLE a DROP COLUMN b',
  ])('that adds is taken: %s', async (sql) => {
    expect(await found(sql)).toEqual([]);
  });

  test.each([
    'DROP TABLE a',
    'DROP SCHEMA s CASCADE',
    'TRUNCATE a',
    'DELETE FROM a',
    'ALTER TABLE a DROP COLUMN b',
    'ALTER TABLE a RENAME COLUMN b TO c',
    'ALTER TABLE a RENAME TO b',
    'ALTER TABLE a ALTER COLUMN b TYPE int',
    'ALTER TABLE a ALTER COLUMN b SET NOT NULL',
    'ALTER TABLE a ADD COLUMN b text NOT NULL',
    'ALTER TABLE a DROP CONSTRAINT c',
    "DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$",
  ])('that takes something away is found: %s', async (sql) => {
    expect(await found(`SELECT 1;\n\n-- why\n${sql};`)).toEqual([`4: ${sql}`]);
  });

  test('that PostgreSQL cannot read is refused', async () => {
    await expect(destructiveIn('ALTR TABLE a')).rejects.toThrow(/syntax error/);
  });
});
