export LC_ALL=C

# unpack_migrations <image> <folder>: its .sql files into sql/, "<sha256>  <path>" of each into sums, sorted.
unpack_migrations() {
  local container reason
  mkdir sql
  container=$(docker create "$1" migrations)
  if ! reason=$(docker cp "$container:$2/." sql 2>&1); then
    docker rm "$container" >/dev/null
    echo "image '$1' has no folder '$2' with migrations: $reason; nothing was changed" >&2
    exit 1
  fi
  docker rm "$container" >/dev/null
  sum_sql
}
