# Migrations: changes of a database's schema, made by the new image before the app that needs them is restarted.

# sql <slug> <directory> <image> <folder> [<container of the shared instance> <database>]: "fresh" where no data could
# be lost, else "file <path> <base64>" for each file that the last deploy did not have.
operation_sql() {
  local slug=$1 directory=$2 image=$3 folder=$4 instance=${5:-} database=${6:-}
  if ! may_hold_data; then
    echo fresh
    return
  fi
  as_account podman image exists "$image" || as_account podman pull -q "$image" >pull 2>&1 ||
    fail "image '$image' cannot be had; nothing was changed: $(tail -n 1 pull)"
  unpack_migrations "$image" "$folder" 'nothing was changed'
  touch known
  [ ! -e "$root/state/$slug/migrations.seen" ] || cp "$root/state/$slug/migrations.seen" known
  tell_new_sql "$image" "$folder"
}

# A shared database that cannot be asked may hold some.
may_hold_data() {
  [ ! -e "$root/state/$slug/migrations" ] && [ ! -e "$directory/data/postgres/pgdata" ] || return 0
  # shellcheck disable=SC2016 # expanded inside
  [ -n "$instance" ] && [ "$(as_account podman exec "$instance" sh -c \
    'PGPASSWORD=$POSTGRES_PASSWORD psql -U "$POSTGRES_USER" -d "$1" -Atc "SELECT count(*) FROM pg_stat_user_tables"' - "$database" 2>&1)" != 0 ]
}

# unpack_migrations <image> <folder> <state of things>: the .sql files into sql/, "<sha256>  <path>" of each into sums, sorted.
unpack_migrations() {
  local container there=0
  rm -rf sql
  install -d sql
  container=$(as_account podman create -q "$1" migrations)
  as_account podman cp "$container:$2/." - >sql.tar 2>reason || there=1
  as_account podman rm -f "$container" >/dev/null
  [ "$there" = 0 ] || fail "image '$1' has no folder '$2' with migrations: $(tail -n 1 reason); $3"
  tar -x --no-same-owner -C sql -f sql.tar
  rm -f sql.tar
  sum_sql
}

# Runs what is wanted by a set and was not run for it yet; databases and the pod run before, the app as it was.
migrate() {
  local source=$1 name image deadline files words word first arguments command
  [ -s "$source/migrations" ] || return 0
  ! cmp -s "$source/migrations" "$state/migrations" || return 0
  first=$(awk '$2 ~ /\.pod$/ || $2 ~ /-(postgres|redis)\.container$/ { print $1 }' "$source/services")
  # shellcheck disable=SC2086 # names of services, without blanks
  if ! as_account systemctl --user start $first 2>"$notes/systemctl"; then
    explain "$source"
    return 1
  fi
  while read -r name image deadline files words; do
    command=()
    for word in $words; do command+=("$(base64 -d <<<"$word")"); done
    mapfile -t arguments < <(
      tr ',' '\n' <<<"$files" | sed "s|^|--env-file=$directory/|"
      sed -n 's/^Volume=/--volume=/p' "$units/$name.container"
    )
    if ! as_account systemd-run --user -q --pipe --wait --collect -p "RuntimeMaxSec=$deadline" \
      podman run --rm --replace --name "$name-migration" --pod "project-$slug" --security-opt no-new-privileges --cap-drop all \
      --read-only --tmpfs /tmp "${arguments[@]}" "$image" "${command[@]}" >"$notes/migration" 2>&1 </dev/null; then
      echo "the migration of $name by '$image' failed; the app was not touched; its last lines:" >&2
      tail -n 12 "$notes/migration" | sed 's/^/  | /' >&2
      return 1
    fi
  done <"$source/migrations"
}

# What ran is looked at no more.
note_migrations() {
  local image folder
  [ -s "$state/migrations" ] || return 0
  [ ! -s folders.sql ] || while read -r image folder; do
    unpack_migrations "$image" "$folder" 'the new set runs'
    cat sums >>seen
  done <folders.sql
  [ ! -e seen ] || { sort -u seen >"$state/migrations.seen.new" && mv -T "$state/migrations.seen.new" "$state/migrations.seen"; }
}
