# find-migrations <image> <folder in it> <folder of the project>: "fresh" where no data could be lost, otherwise
# "file <path> <base64>" for each file that was not run here yet.
set -euo pipefail
image=$1 folder=$2 project=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unpack_migrations "$image" "$folder"
if [ ! -e "$project/config/migrations.seen" ] && [ ! -e "$project/data/postgres/pgdata" ]; then
  echo fresh
  exit
fi
touch known
[ ! -e "$project/config/migrations.seen" ] || cp "$project/config/migrations.seen" known
tell_new_sql "$image" "$folder"
