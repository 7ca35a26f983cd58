# run-migrations <container> <network> <image> <folder in it> <folder of the project> <deadline, s> <command…>
# Standard input: lines of NAME=value; after an empty line, values that are not shown, a line each; after another one,
# why they may not run, in base64, if they may not.
set -euo pipefail
name=$1 network=$2 image=$3 folder=$4 project=$5 deadline=$6
shift 6
variables=
while IFS= read -r line && [ -n "$line" ]; do variables+=$line$'\n'; done
secrets=()
while IFS= read -r line && [ -n "$line" ]; do secrets+=("$line"); done
refusal=$(base64 -d)
if [ -n "$refusal" ]; then
  echo "$refusal" >&2
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

remove_left() {
  ! docker container inspect "$name" >/dev/null 2>&1 || docker rm -f "$name" >/dev/null
}

# What a run that was cut off has left.
remove_left
if ! timeout -k 10 "$deadline" docker run --rm --name "$name" --network "$network" --init --read-only --tmpfs /tmp \
  --cap-drop ALL --security-opt no-new-privileges --env-file <(printf '%s' "$variables") "$image" "$@" \
  >said 2>&1 </dev/null; then
  remove_left
  said=$(tail -n 12 said)
  for value in "${secrets[@]}"; do [ -z "$value" ] || said=${said//"$value"/[secret]}; done
  echo "the migration by '$image' failed; the app was not touched; its last lines:" >&2
  sed 's/^/  | /' <<<"$said" >&2
  exit 1
fi
unpack_migrations "$image" "$folder"
seen=$project/config/migrations.seen
[ ! -e "$seen" ] || cat "$seen" >>sums
sort -u sums >"$seen.new"
mv -T "$seen.new" "$seen"
