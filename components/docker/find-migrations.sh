# find-migrations <image> <folder in it> <folder of the project>: "fresh" where no data could be lost, then
# "file <path> <base64>" for each file that was not run here yet.
set -euo pipefail
image=$1 folder=$2 project=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
[ -e "$project/config/migrations.seen" ] || [ -e "$project/data/postgres/pgdata" ] || echo fresh
unpack_migrations "$image" "$folder"
touch known
[ ! -e "$project/config/migrations.seen" ] || sort "$project/config/migrations.seen" >known
comm -23 sums known | cut -c 67- | sort | while read -r path; do
  echo "file $path $(base64 -w 0 "sql/$path")"
done
