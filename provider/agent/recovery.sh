# Restores a workload's PostgreSQL to an earlier moment, from the backups and the log that stacks/recovery.ts keeps.
# What was there before stays beside it: data/postgres/before-<time>.

# recovery <slug> <directory>: what it can be restored from.
#   base <time of its end> <bytes>    archived <seconds since 1970 of the last segment>    before <time> <bytes>
operation_recovery() {
  local slug=$1 directory=$2 path
  need_recovery
  shopt -s nullglob
  for path in "$recovery"/base/*Z; do echo "base ${path##*/} $(du -sb "$path" | cut -f 1)"; done
  find "$recovery/wal" -name '*.gz' -printf '%T@\n' | sort -n | sed -n '$s/^\([0-9]*\).*/archived \1/p'
  for path in "$directory"/data/postgres/before-*; do echo "before ${path##*/before-} $(du -sb "$path" | cut -f 1)"; done
}

need_recovery() {
  recovery=$directory/data/recovery
  [ -d "$recovery/base" ] || fail "'$slug' has no database on this server that can be restored; nothing was changed"
}

# restore <slug> <directory> <time in UTC (ISO 8601)|latest>
operation_restore() {
  local slug=$1 directory=$2 target=$3 began=$EPOCHSECONDS
  local state=$root/state/$slug units=$root/home/.config/containers/systemd/$slug
  local data=$directory/data/postgres database=$slug-postgres recovery base aside containers
  need_prepared
  need_recovery
  lock "workload-$slug"
  [ -s "$state/services" ] || fail "'$slug' does not run on this server: run 'pulumi up' first; nothing was changed"
  [ ! -e "$state/pending" ] || fail "an update of '$slug' was cut off: run 'pulumi up' first; nothing was changed"
  finish_renames
  base=$(newest_backup)
  [ -n "$base" ] || fail "no backup of '$slug' ended before $target$(oldest_backup); nothing was changed"
  unpack_backup 2>"$notes/reason" || {
    rm -rf "$data/restored"
    fail "the backup $base of '$slug' cannot be unpacked: $(tail -n 1 "$notes/reason"); nothing was changed"
  }
  mark_moment
  containers=$(awk '$3 != "-" { print $1 }' "$state/services")
  # shellcheck disable=SC2086 # names of services, without blanks
  stop_services $containers
  prepare_recovery
  aside=before-$(date -u +%Y%m%dT%H%M%SZ)
  mv -T "$data/pgdata" "$data/$aside"
  mv -T "$data/restored" "$data/pgdata"
  if ! recover; then
    # Only a copy of the backup is lost with it.
    rm -rf "$data/pgdata"
    mv -T "$data/$aside" "$data/pgdata"
    start_again
    echo "the database of '$slug' is what it was before, and running" >&2
    exit 20
  fi
  start_again
  echo "$base $aside"
}

# Of a restore that was cut off between the two.
finish_renames() {
  [ -e "$data/pgdata" ] || [ ! -e "$data/restored" ] || mv -T "$data/restored" "$data/pgdata"
}

# The last one that ended before the moment: names are times.
newest_backup() {
  local stamp=9
  [ "$target" = latest ] || stamp=$(date -u -d "$target" +%Y%m%dT%H%M%SZ)
  find "$recovery/base" -name '*Z' -printf '%f\n' | sort | awk -v stamp="$stamp" '$0 <= stamp { last = $0 } END { print last }'
}

oldest_backup() {
  local oldest
  oldest=$(find "$recovery/base" -name '*Z' -printf '%f\n' | sort | head -n 1)
  echo "${oldest:+; the oldest ended at $oldest}"
}

unpack_backup() {
  rm -rf "$data/restored"
  install -d -m 0700 "$data/restored"
  tar -x -z -f "$recovery/base/$base/base.tar.gz" -C "$data/restored"
}

# Recovery stops at the first transaction after the moment: there has to be one. The database may be what is broken.
mark_moment() {
  # shellcheck disable=SC2016 # expanded inside
  as_account podman exec "$database" sh -c \
    'PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -qc "SELECT txid_current()"' >"$notes/mark" 2>&1 || return 0
}

# The end of the log is not in the archive yet: PostgreSQL 15, 26.3.4.
prepare_recovery() {
  local timeline
  # The one that the database is on: after a restore was undone, the archive holds a later one that leads elsewhere.
  timeline=$(find "$data/pgdata/pg_wal" -maxdepth 1 -type f -regex '.*/[0-9A-F]*' -printf '%T@ %f\n' | sort -n | sed -n '$s/.* \(.\{8\}\).*/\1/p')
  find "$data/pgdata/pg_wal" -maxdepth 1 -type f -name '[0-9A-F]*' -exec cp -p -t "$data/restored/pg_wal" {} +
  {
    echo "restore_command = 'gzip -dc /recovery/wal/%f.gz >%p'"
    echo "recovery_target_action = 'promote'"
    echo "recovery_target_timeline = '$((16#$timeline))'"
    # Before its start PostgreSQL knows no abbreviation of a zone.
    echo "recovery_target_time = '$([ "$target" = latest ] || echo "${target%Z}+00")'"
  } >>"$data/restored/postgresql.auto.conf"
  : >"$data/restored/recovery.signal"
  chown -R --reference="$data/pgdata" "$data/restored"
  sync -f "$data/restored"
}

# Until it takes writes again, which is when PostgreSQL removes the signal's file.
recover() {
  local restarts asked=$EPOCHSECONDS
  as_account systemctl --user reset-failed "$database.service" 2>/dev/null || true
  if as_account systemctl --user start "$database.service" 2>"$notes/systemctl"; then
    restarts=$(service_property "$database.service" NRestarts)
    while [ -e "$data/pgdata/recovery.signal" ] && [ "$(service_property "$database.service" NRestarts)" = "$restarts" ]; do sleep 0.5; done
    [ -e "$data/pgdata/recovery.signal" ] || return 0
  fi
  echo "PostgreSQL did not come to $target; its last lines:" >&2
  journalctl -q -n 40 -o cat --since "@$asked" "CONTAINER_NAME=$database" | sed '/^$/d' | tail -n 12 | sed 's/^/  | /' >&2
  stop_services "$database.service"
  return 1
}

start_again() {
  local all
  all=$(cut -d ' ' -f 1 "$state/services")
  # shellcheck disable=SC2086
  as_account systemctl --user reset-failed $all 2>/dev/null || true
  # shellcheck disable=SC2086
  if ! as_account systemctl --user start $all 2>"$notes/systemctl" || ! await_health "$state"; then
    echo "of '$slug' not everything runs again, see the lines above" >&2
    exit 30
  fi
}
