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
[ ! -e "$project/config/migrations.seen" ] || sort "$project/config/migrations.seen" >known
comm -23 sums known >new

# They would be read as others, or as none. sha256sum(1) escapes with a backslash, and begins such a line with one.
odd=$(sed -n 's/^\\\{0,1\}[0-9a-f]*  \(.*[[:space:][:cntrl:]\\].*\)$/  \1/p' new | cat -vT)
if [ -n "$odd" ]; then
  echo "migrations in $folder of '$image' have names that cannot be looked at; nothing was changed;" \
    "expected names without blanks, backslashes and control characters, such as 002_add_title.sql:" >&2
  echo "$odd" >&2
  exit 1
fi
cut -c 67- new | sort | while read -r path; do
  echo "file $path $(base64 -w 0 "sql/$path")"
done
