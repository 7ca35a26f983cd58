# Everything that codeb holds on this server, in one answer: what a refresh compares with.
operation_snapshot() {
  local file owner list=$PWD/list
  for file in "$root"/leases/*; do
    [ -f "$file" ] && echo "lease ${file##*/} $(<"$file")"
  done
  cd "$root/state"
  : >"$list"
  # One process for all: two for each workload took longer than the rest. A workload may go meanwhile.
  { grep -sH '' -- */wanted || true; } | awk -v list="$list" '
    { slug = $1; sub(/\/.*/, "", slug); sub(/^[^:]*:/, "", $1); print slug "/live/" $3 >list; print "wanted", slug, $1, $3 }
  '
  (xargs -r -d '\n' sha256sum <"$list" 2>/dev/null || true) | sed 's|^\([^ ]*\)  \([^/]*\)/live/|sum \2 \1 |'
  (xargs -r -d '\n' stat -c '%a %n' <"$list" 2>/dev/null || true) | sed 's|^\([^ ]*\) \([^/]*\)/live/|mode \2 0\1 |'
  cat -- */services >"$list" 2>/dev/null || true
  service_states "$list"
  for file in */wanted; do
    [ -e "$file" ] || continue
    { read -r owner <"${file%wanted}owner"; } 2>/dev/null || owner=
    echo "workload ${file%/wanted} $owner"
  done
  (sha256sum /etc/caddy/codeb/*.caddy 2>/dev/null || true) | sed 's|^\([^ ]*\)  .*/\(.*\)\.caddy$|site \2 \1|'
  (sha256sum "$root"/projects/*/config/*.password 2>/dev/null || true) | sed 's|^\([^ ]*\)  |password \1 |'
}
