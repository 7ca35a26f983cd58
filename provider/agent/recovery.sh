# Restores a workload's PostgreSQL to an earlier moment, from the backups and the log that stacks/recovery.ts keeps.
# What was there before stays beside it: data/postgres/before-<time>. A restore begins a new archive, since what the log
# tells from there on is another history: the one before is kept as data/recovery/until-<time>, with a file `unfinished`
# in it as long as the restore has not come to its moment.

stamp='[0-9]???????T??????Z'

# recovery <slug> <directory>: what it can be restored from.
#   base <time of its end> <bytes> <time of the last moment that it serves|-> <seconds since 1970 of a gap in its log|->
#   archived <seconds since 1970 of the last segment>    before <time> <bytes>
operation_recovery() {
  local slug=$1 directory=$2 target=latest data=$2/data/postgres path until gap
  local recovery archive base log missing whole segments
  need_recovery
  shopt -s nullglob
  for archive in $(histories) "$recovery"; do
    until=
    [ "$archive" = "$recovery" ] || until=${archive##*/until-}
    for path in "$archive"/base/$stamp; do
      base=${path##*/}
      follow_log
      gap=${missing:+${whole%.*}}
      echo "base $base $(du -sb "$path" | cut -f 1) ${until:--} ${gap:--}"
    done
  done
  { find "$recovery/wal" -name '*.gz' -printf '%T@\n' || true; } | sort -n | sed -n '$s/^\([0-9]*\).*/archived \1/p'
  for path in "$directory"/data/postgres/before-$stamp; do
    echo "before ${path##*/before-} $(du -sb "$path" | cut -f 1)"
  done
}

need_recovery() {
  recovery=$directory/data/recovery
  [ -d "$recovery/base" ] || compgen -G "$recovery/until-$stamp/base" >/dev/null || fail "'$slug' has no database on this server that can be restored; nothing was changed"
}

# restorable <slug> <directory> <time in UTC (ISO 8601)|latest>: the backup that a restore would begin with.
operation_restorable() {
  local slug=$1 directory=$2 target=$3 data=$2/data/postgres recovery archive base log missing whole segments
  need_recovery
  see_through
  echo "$base"
}

# Whatever can be known before anything is stopped.
see_through() {
  choose_backup
  follow_log
  [ -z "$missing" ] || fail "the log of '$slug' after the backup $base lacks the segment $missing: it is whole until" \
    "$(date -u -d "@$whole" +%FT%TZ), and $target is after that; expected a moment before it, for what there is;" \
    "nothing was changed"
  need_room
}

# restore <slug> <directory> <time in UTC (ISO 8601)|latest>
operation_restore() {
  local slug=$1 directory=$2 target=$3 code began=$EPOCHSECONDS
  local state=$root/state/$slug units=$root/home/.config/containers/systemd/$slug
  local data=$directory/data/postgres database=$slug-postgres recovery archive base now aside
  local log missing whole segments
  need_prepared
  need_recovery
  lock "workload-$slug"
  [ -s "$state/services" ] || fail "'$slug' does not run on this server: run 'pulumi up' first; nothing was changed"
  finish_earlier
  rm -rf "$data/restored" "$data/failed"
  see_through
  unpack_backup 2>"$notes/reason" || {
    rm -rf "$data/restored"
    fail "the backup $base of '$slug' cannot be unpacked: $(tail -n 1 "$notes/reason"); nothing was changed"
  }
  mark_moment
  now=$(date -u +%Y%m%dT%H%M%SZ)
  aside=before-$now
  set +e
  (
    set -e
    stop_containers
    close_archive
    prepare_recovery
    [ ! -e "$data/pgdata" ] || mv -T "$data/pgdata" "$data/$aside"
    mv -T "$data/restored" "$data/pgdata"
    recover
  ) 2>"$notes/reason"
  code=$?
  set -e
  if [ "$code" != 0 ]; then
    cat "$notes/reason" >&2
    put_back
    start_again "the database of '$slug' is what it was before"
    echo "the database of '$slug' is what it was before, and running" >&2
    exit 20
  fi
  rm -f "$recovery/until-$now/unfinished"
  # The schema may be an older one: the next update runs the migrations again.
  [ ! -s "$state/migrations" ] || : >"$state/migrations"
  start_again "the database of '$slug' is that of $target; what was there before is kept in $data/$aside"
  echo "$base $aside"
}

# A restore that was cut off is taken back, unless PostgreSQL has come to its moment all the same.
finish_earlier() {
  local closed
  for closed in $(unfinished); do
    now=${closed##*/until-}
    aside=before-$now
    if [ -e "$data/$aside" ] && [ -e "$data/pgdata/PG_VERSION" ] && [ ! -e "$data/pgdata/recovery.signal" ]; then
      rm "$closed/unfinished"
      continue
    fi
    stop_containers
    put_back
    as_account systemctl --user start "$database.service" 2>"$notes/systemctl" || explain "$state"
  done
}

# Those that a restore has closed, the oldest first. One of a time to come was closed while the clock was ahead: which
# moments it had, its name does not tell.
histories() {
  find "$recovery" -maxdepth 1 -name "until-$stamp" | sort | awk -v "now=$recovery/until-$(date -u +%Y%m%dT%H%M%SZ)" '$0 <= now'
}

# Those that a restore has closed and not left yet: they go on once it is taken back.
unfinished() {
  local mark
  for mark in "$recovery"/until-$stamp/unfinished; do [ ! -e "$mark" ] || echo "${mark%/unfinished}"; done
}

# The newest history with a backup that ended before the moment, and the last such backup: names are times. The end of
# the log is best reached from the backup that begins last in it, whatever the clock was when that got its name.
choose_backup() {
  local wanted=9 path
  [ "$target" = latest ] || wanted=$(date -u -d "$target" +%Y%m%dT%H%M%SZ)
  base=
  for path in "$recovery" $(if [ "$target" = latest ]; then unfinished; else histories; fi | sort -r); do
    archive=$path
    base=$(last_backup "$archive" "$wanted")
    [ -z "$base" ] || break
  done
  # After the end of a history there is nothing of it.
  [ "$archive" = "$recovery" ] || [ -e "$archive/unfinished" ] || [[ ! ${archive##*/until-} < $wanted ]] || base=
  [ -n "$base" ] || fail "no backup of '$slug' that serves $target ended before it; nothing was changed"
}

# last_backup <folder of an archive> <no later than>
last_backup() {
  local name
  { find "$1/base" -name "$stamp" -printf '%f\n' 2>/dev/null || true; } | while read -r name; do
    [[ $name > $2 ]] || echo "$([ "$target" != latest ] || first_segment "$1/base/$name") $name"
  done | sort | sed -n '$s/.* //p'
}

# first_segment <folder of a backup>
first_segment() {
  tar --occurrence=1 -xzOf "$1/base.tar.gz" backup_label | sed -n 's/^START WAL LOCATION.*(file \([0-9A-F]*\))$/\1/p' || true
}

# Follows the log from the backup on until what was last written after the moment, or to its end.
#   missing    the segment that is not there although a later one is, or nothing
#   whole      seconds since 1970 at which the last one that was followed was last written
#   segments   how many were followed or are in log, the folder of the database itself: all that are copied
# Names count up by one, a timeline, 4 GB and 16 MB of it in eight digits each: PostgreSQL 15, 30.6 "WAL Internals".
follow_log() {
  local -A written=()
  local name time later number wanted=9
  log=$data/pgdata/pg_wal
  [ "$archive" = "$recovery" ] || log=$data/before-${archive##*/until-}/pg_wal
  [ -d "$log" ] || [ ! -e "$archive/unfinished" ] || log=$data/pgdata/pg_wal
  [ "$target" = latest ] || wanted=$(date -d "$target" +%s.%N)
  whole=$(date -u -d "${base::8} ${base:9:2}:${base:11:2}:${base:13:2}" +%s)
  while read -r name time; do written[$name]=$time; done < <(known_segments)
  missing='' segments=0
  for name in "$log"/*; do [ ! -f "$name" ] || segments=$((segments + 1)); done
  name=$(first_segment "$archive/base/$base")
  while [ -n "${written[${name:-none}]:-}" ]; do
    [ -e "$log/$name" ] || segments=$((segments + 1))
    whole=${written[$name]}
    [[ $whole < $wanted ]] || return 0
    number=$((16#${name:8:8} * 256 + 16#${name:16} + 1))
    printf -v name '%s%08X%08X' "${name::8}" $((number / 256)) $((number % 256))
  done
  for later in "${!written[@]}"; do
    [[ ${later::8} != "${name::8}" || $later < $name ]] || missing=$name
  done
}

# "<name> <seconds since 1970 of its last write>": those in the backup itself, in the database's folder, in the archive. One
# that goes meanwhile from the folder is in the archive by then.
known_segments() {
  local name='[0-9A-F]{24}' kept=("$archive/wal")
  [ ! -e "$archive/unfinished" ] || kept+=("$recovery/wal")
  { tar -tzf "$archive/base/$base/pg_wal.tar.gz" || true; } | sed -nE "s/^$name\$/& $whole/p"
  { find "$log" -maxdepth 1 -type f -printf '%f %T@\n' 2>/dev/null || true; } | sed -nE "/^$name /p"
  { find "${kept[@]}" -type f -printf '%f %T@\n' 2>/dev/null || true; } | sed -nE "s/^($name)\.gz /\1 /p"
}

# In kB: what the backup is unpacked, and the log that comes to it.
need_room() {
  local path=$archive/base/$base needed free
  # Before PostgreSQL 13 there is no list of its files.
  needed=$(if [ -e "$path/backup_manifest" ]; then
    grep -o '"Size": [0-9]*' "$path/backup_manifest" | awk '{ kb += int(($2 + 4095) / 4096) * 4 } END { printf "%.0f", kb }'
  else
    echo $(($(gzip -dc "$path/base.tar.gz" | wc -c) / 1024))
  fi)
  needed=$((needed + segments * 16384))
  free=$(df -k --output=avail "$data" | tail -n 1)
  ((needed <= free)) || fail "the backup $base of '$slug', unpacked, and its log of $segments x 16 MB need up to" \
    "$((needed / 1024)) MB in $data, where $((free / 1024)) MB are free; nothing was changed"
}

unpack_backup() {
  install -d -m 0700 "$data/restored" &&
    tar -x -z -f "$archive/base/$base/base.tar.gz" -C "$data/restored" &&
    tar -x -z -f "$archive/base/$base/pg_wal.tar.gz" -C "$data/restored/pg_wal"
}

# Recovery stops at the first transaction after the moment: there has to be one. The database may be what is broken.
mark_moment() {
  # shellcheck disable=SC2016 # expanded inside
  as_account timeout 20 podman exec "$database" sh -c \
    'PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -qc "SELECT txid_current()"' >"$notes/mark" 2>&1 || return 0
}

# Those of an update that was cut off as well.
stop_containers() {
  local names
  : >>"$state/started"
  mapfile -t names < <(awk '$3 != "-" { print $1 }' "$state/services" "$state/started" | sort -u)
  stop_services "${names[@]}"
}

# In place of the one that is in use comes an empty one, whose first backup is made at once.
close_archive() {
  local closed=$recovery/until-$now
  install -d -m 0700 "$closed"
  : >"$closed/unfinished"
  # Podman gives the folder to the container's user, and cannot where a file in it is root's.
  chown --reference="$recovery/wal" "$closed" "$closed/unfinished"
  [ "$archive" != "$recovery" ] || archive=$closed
  mv -t "$closed" "$recovery/base" "$recovery/wal"
  install -d -m 0700 "$recovery/base" "$recovery/wal"
  chown --reference="$closed" "$recovery/base" "$recovery/wal"
}

prepare_recovery() {
  # The end of the log may not be in the archive: PostgreSQL 15, 26.3.4.
  if [ -d "$log" ]; then
    find "$log" -maxdepth 1 -type f -name '[0-9A-F]*' -exec cp -p -t "$data/restored/pg_wal" {} +
  fi
  {
    echo "restore_command = 'gzip -dc /recovery/${archive##*/}/wal/%f.gz >%p'"
    echo "recovery_target_action = 'promote'"
    echo "recovery_target_timeline = 'current'"
    # Before its start PostgreSQL knows no abbreviation of a zone.
    echo "recovery_target_time = '$([ "$target" = latest ] || echo "${target%Z}+00")'"
  } >>"$data/restored/postgresql.auto.conf"
  : >"$data/restored/recovery.signal"
  chown -R --reference="$recovery/wal" "$data/restored"
  sync -f "$data/restored"
}

# Until it takes writes again, which is when PostgreSQL removes the signal's file.
recover() {
  local restarts asked=$EPOCHSECONDS
  as_account systemctl --user reset-failed "$database.service" 2>/dev/null || true
  if as_account systemctl --user start "$database.service" 2>"$notes/systemctl"; then
    restarts=$(service_property "$database.service" NRestarts)
    while [ -e "$data/pgdata/recovery.signal" ] &&
      [ "$(service_property "$database.service" NRestarts ActiveState | paste -s -d ' ')" = "$restarts active" ]; do sleep 0.5; done
    [ -e "$data/pgdata/recovery.signal" ] || return 0
  fi
  echo "PostgreSQL did not come to $target; its last lines:" >&2
  journalctl -q -n 40 -o cat --since "@$asked" "CONTAINER_NAME=$database" | sed '/^$/d' | tail -n 12 | sed 's/^/  | /' >&2
  return 1
}

# Only a copy of the backup is lost with it.
put_back() {
  stop_services "$database.service"
  if [ -e "$data/$aside" ]; then
    rm -rf "$data/failed"
    [ ! -e "$data/pgdata" ] || mv -T "$data/pgdata" "$data/failed"
    mv -T "$data/$aside" "$data/pgdata"
  fi
  reopen_archive
  rm -rf "$data/failed" "$data/restored"
}

# The history goes on, with what was kept since. One by one, so that being cut off here costs nothing.
reopen_archive() {
  local part path closed=$recovery/until-$now
  [ -d "$closed" ] || return 0
  for part in base wal; do
    [ -d "$closed/$part" ] || continue
    if [ ! -d "$recovery/$part" ]; then
      install -d -m 0700 "$recovery/$part"
      chown --reference="$closed/$part" "$recovery/$part"
    fi
    # Some versions of mv complain of what is there already.
    find "$closed/$part" -mindepth 1 -maxdepth 1 -exec mv -n -t "$recovery/$part" {} + || true
    for path in "$closed/$part"/*; do
      [ ! -e "$path" ] || [ -e "$recovery/$part/${path##*/}" ] || fail "$path cannot be moved back to $recovery/$part"
    done
  done
  rm -rf "$closed"
}

# start_again <what the database is now>. An update that was cut off has more to do than to start.
start_again() {
  local names=("$database.service")
  [ -e "$state/pending" ] || mapfile -t names < <(cut -d ' ' -f 1 "$state/services")
  as_account systemctl --user reset-failed "${names[@]}" 2>/dev/null || true
  if ! as_account systemctl --user start "${names[@]}" 2>"$notes/systemctl"; then
    explain "$state"
    echo "not everything runs again, see the lines above; $1" >&2
    exit 30
  fi
  if [ -e "$state/pending" ]; then
    echo "an update of '$slug' was cut off before: run 'pulumi up' to finish it; $1" >&2
    exit 30
  fi
  await_health "$state" || {
    echo "not everything is healthy again, see the lines above; $1" >&2
    exit 30
  }
}
