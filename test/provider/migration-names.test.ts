/** The scripts that find migrations, run by bash with a stand-in for the engine that has the image's folder. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What podman(1) and docker(1) are asked: a container to copy from, which goes again. */
const engine = `#!/bin/bash
set -eu
case $1 in
  image | rm) ;;
  create) echo container ;;
  cp) if [ "$3" = - ]; then tar -c -C "$IMAGE" .; else cp -R "$IMAGE/." "$3"; fi ;;
  *) exit 64 ;;
esac
`;

const agent = `set -euo pipefail
export LC_ALL=C
fail() { printf '%s\\n' "$*" >&2; exit 1; }
as_account() { "$@"; }
root=$2
. "$1/provider/agent/sql-files.sh"
. "$1/provider/agent/migration.sh"
mkdir -p "$root/work" "$root/state/shop"
cd "$root/work"
`;

const look = {
  quadlet: `${agent}
operation_sql shop "$root/project" ghcr.io/example/shop:2 /migrations`,
  docker: `scripts=$1
shift 2
eval "$(cat "$scripts/provider/agent/sql-files.sh" "$scripts"/components/docker/{unpack,find}-migrations.sh)"`,
};

/** What the server writes down once they have run. */
const note = {
  quadlet: `${agent}
state=$root/state/shop
echo 'ghcr.io/example/shop:2 /migrations' >folders.sql
echo x >"$state/migrations"
note_migrations`,
  docker: `mkdir -p "$5/config"
cd "$(mktemp -d -p "$2")"
. "$1/provider/agent/sql-files.sh"
. "$1/components/docker/unpack-migrations.sh"
unpack_migrations "$3" "$4"
cp sums "$5/config/migrations.seen"`,
};

describe.each(['quadlet', 'docker'] as const)('S3.7: migrations on a server with engine %s', (kind) => {
  let folder: string;
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const bash = async (script: string) => {
    const words = [root, folder, 'ghcr.io/example/shop:2', '/migrations', join(folder, 'project')];
    const options = {
      env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, IMAGE: join(folder, 'image') },
    };
    return promisify(execFile)('bash', ['-c', script, 'migrations', ...words], options).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
    );
  };
  const encoded = (text: string) => Buffer.from(text).toString('base64');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codeb-migrations-'));
    for (const name of ['podman', 'docker']) {
      await put(`bin/${name}`, engine);
      await chmod(join(folder, 'bin', name), 0o755);
    }
    await put('image/001_init/migration.sql', 'CREATE TABLE a ();\n');
    await put('image/README.md', 'not one of them\n');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('are told with what is in them, once the project has data', async () => {
    expect(await bash(look[kind])).toEqual({ code: 0, text: 'fresh\n' });
    await put('project/data/postgres/pgdata/PG_VERSION', '15\n');
    const told = `file 001_init/migration.sql ${encoded('CREATE TABLE a ();\n')}\n`;
    expect(await bash(look[kind])).toEqual({ code: 0, text: told });
  });

  test.each([
    ['a blank', '002 drop.sql', '002 drop.sql'],
    ['a blank at the end of a folder', '002 /drop.sql', '002 /drop.sql'],
    ['a tab', '002\tdrop.sql', '002^Idrop.sql'],
    ['a line break', '002\ndrop.sql', '002\\ndrop.sql'],
    ['a backslash', '002\\drop.sql', '002\\\\drop.sql'],
  ])('with %s in their names are refused by name', async (_, path, shown) => {
    await put('project/data/postgres/pgdata/PG_VERSION', '15\n');
    await put(`image/${path}`, 'DROP TABLE a;\n');
    expect(await bash(look[kind])).toEqual({
      code: 1,
      text:
        "migrations in /migrations of 'ghcr.io/example/shop:2' have names that cannot be looked at; nothing was " +
        'changed; expected files, and names without blanks, backslashes and control characters, such as 002_add_title.sql:\n' +
        `  ${shown}\n`,
    });
  });

  test('that are links are refused, and those in capitals are looked at', async () => {
    await put('project/data/postgres/pgdata/PG_VERSION', '15\n');
    await put('image/002_DROP.SQL', 'DROP TABLE a;\n');
    expect((await bash(look[kind])).text).toContain(`file 002_DROP.SQL ${encoded('DROP TABLE a;\n')}\n`);
    await symlink('/etc/passwd', join(folder, 'image', '003.sql'));
    expect(await bash(look[kind])).toMatchObject({
      code: 1,
      text: expect.stringMatching(/^ {2}003\.sql \(a link\)$/m),
    });
  });

  test('that ran while there was no data to lose are looked at no more, whatever their names', async () => {
    await put('image/002 drop.sql', 'DROP TABLE a;\n');
    expect(await bash(look[kind])).toEqual({ code: 0, text: 'fresh\n' });
    expect(await bash(note[kind])).toEqual({ code: 0, text: '' });
    expect(await bash(look[kind])).toEqual({ code: 0, text: '' });
    await put('image/002 drop.sql', 'DROP TABLE b;\n');
    expect(await bash(look[kind])).toMatchObject({ code: 1 });
  });
});
