/**
 * What it takes to restore PostgreSQL to an earlier moment: backups of its files, and every segment of its log (WAL) since
 * the oldest of them. Source: PostgreSQL 15, 26.3 "Continuous Archiving and Point-in-Time Recovery (PITR)".
 */
import type { Pod } from './pod.ts';

/** Inside of the containers. */
const archive = '/recovery';
const scripts = '/opt/recovery';

export const recoveryFolders = {
  'config/recovery': '0755',
  'data/recovery': '0700',
  'data/recovery/base': '0700',
  'data/recovery/wal': '0700',
};

/** @param owner whether the container makes the folder its own, which one of two has to do */
export function recoveryVolumes({ directory }: Pod, owner: boolean): string[] {
  return [`${directory}/data/recovery:${archive}${owner ? ':U' : ''}`, `${directory}/config/recovery:${scripts}:ro`];
}

/** Of a shell: where nothing of a database is left but backups or what a restore put aside, none is made anew. */
export const refuseEmpty = (dataFolder: string): string =>
  `for kept in ${dataFolder}/before-* ${archive}/base/*Z ${archive}/until-*; do [ ! -e "$kept" ] || ` +
  `{ rm -f ${dataFolder}/unfinished; [ -s "$PGDATA/PG_VERSION" ] || ` +
  `{ echo "the database is gone, and there is $kept: restore it" >&2; exit 1; }; }; done`;

/** What a first start that was cut off may have kept of a log. */
export const forgetLog = `rm -rf ${archive}/wal/*`;

/** Seconds after which a segment that is not full is kept as well: what a lost disk may cost. */
const archiveTimeout = 300;

/** Of PostgreSQL, in single quotes of a shell. */
export const archiveSettings = [
  'archive_mode=on',
  `archive_timeout=${archiveTimeout}`,
  `archive_command=sh ${scripts}/archive.sh %p %f`,
];

export const startBackups = ['sh', `${scripts}/backup.sh`];

/** Answers with success only when the segment is safe on the disk; after a crash the same one comes again. */
const archiveScript = `set -eu
mkdir -p -m 0700 ${archive}/wal
to=${archive}/wal/$2.gz
if [ -e "$to" ]; then
  gzip -dc "$to" | cmp -s - "$1"
  exit
fi
gzip -c "$1" >"$to.new"
# When the segment was last written tells up to which moment the log is whole.
touch -r "$1" "$to.new"
sync "$to.new"
mv "$to.new" "$to"
sync ${archive}/wal
`;

/** A day between two backups; whether the log is kept is looked at more often. All in seconds. */
const backupEvery = 24 * 3600;
const lookEvery = 300;

/** A backup has the time of its end as its name: it serves every moment after that. */
const backupScript = `set -eu
umask 077
# A shell waits for what runs before it; podman-stop(1) kills it after ten seconds.
trap exit INT TERM
export PGPASSWORD="$POSTGRES_PASSWORD" PGHOST=127.0.0.1 PGUSER="$POSTGRES_USER" PGDATABASE="$POSTGRES_DB"
mkdir -p ${archive}/base
cd ${archive}/base
ago() { date -u -d "@$(($(date +%s) - $1))" +%Y%m%dT%H%M%SZ; }
names() { ls | sed -n '/Z$/p'; }
first_segment() {
  tar --occurrence=1 -xzOf "$1/base.tar.gz" backup_label | sed -n 's/^START WAL LOCATION.*(file \\([0-9A-F]*\\))$/\\1/p'
}
# As they were made, whatever the clock was then: by where they begin in the log.
in_order() { for name in $(names); do echo "$(first_segment "$name") $name"; done | LC_ALL=C sort | sed 's/.* //'; }

# In kB, as if nothing could be compressed: the databases, and the log that there is meanwhile.
need_room() {
  needed=$(psql -Atc 'SELECT ceil(((SELECT sum(pg_database_size(oid)) FROM pg_database) + (SELECT sum(size) FROM pg_ls_waldir())) / 1024)')
  free=$(df -k --output=avail . | tail -n 1)
  [ "$needed" -gt "$((free))" ] || return 0
  echo "no backup was made: it may need $((needed / 1024)) MB in data/recovery/base, where $((free / 1024)) MB are free;" \\
    'the earlier ones are as they were' >&2
  # Long enough for an update or a restore that starts it to end well; after that the unit shows it.
  sleep 60 &
  wait $!
  exit 1
}

back_up() {
  rm -rf new
  need_room
  pg_basebackup --pgdata=new --format=tar --gzip --wal-method=stream --checkpoint=fast --no-password
  sync
  mv new "$(date -u +%Y%m%dT%H%M%SZ)"
}

# The newest backup from before the first day is what that day is restored from. As many as there are days stay after
# it in any case, and what a restore closed until there are: where the clock is ahead, everything is from before.
prune() {
  [ "$(names | wc -l)" -gt "$RECOVERY_DAYS" ] || return 0
  first=$(ago $((RECOVERY_DAYS * 86400)))
  oldest=$(in_order | head -n 1)
  for name in $(in_order | head -n "-$RECOVERY_DAYS"); do [ "$name" \\> "$first" ] || oldest=$name; done
  for name in $(in_order); do
    [ "$name" = "$oldest" ] && break
    rm -rf "$name"
  done
  for history in ../until-*; do
    closed=\${history##*-}
    [ "$closed" \\> "$first" ] && ! [ "$closed" \\> "$(ago 0)" ] || rm -rf "$history"
  done
  segment=$(first_segment "$oldest")
  [ -z "$segment" ] || pg_archivecleanup -x .gz ${archive}/wal "$segment"
}

while true; do
  until pg_isready -q; do sleep 5; done
  newest=$(in_order | tail -n 1)
  # One of a time to come got its name while the clock was ahead.
  if [ -z "$newest" ] || [ "$newest" \\< "$(ago ${backupEvery})" ] || [ "$newest" \\> "$(ago 0)" ]; then
    back_up
    prune
  fi
  sleep ${lookEvery} &
  wait $!
  failing=$(psql -Atc "select last_failed_time > coalesce(last_archived_time, '-infinity') from pg_stat_archiver")
  if [ "$failing" = t ]; then
    echo 'the last segment of the log could not be kept: PostgreSQL says why' >&2
    exit 1
  fi
done
`;

/** Files of the pod, by path. */
export const recoveryScripts = {
  'config/recovery/archive.sh': archiveScript,
  'config/recovery/backup.sh': backupScript,
};
