# The files of SQL that an image would run, as they are looked at before: by the agent, and for Docker.

# sum_sql: "<sha256>  <path>" of each file below sql/ into sums, and links, which are not followed, into links; sorted.
sum_sql() {
  (cd sql && find . -iname '*.sql' -type f -printf '%P\0' | xargs -r -0 sha256sum --) | sort >sums
  (cd sql && find . -type l -printf '%P\n') | sort >links
}

# tell_new_sql <image> <folder>: "file <path> <base64>" for each of sums that is not in known.
tell_new_sql() {
  local odd path
  comm -23 sums <(sort known) >new
  # They would be read as others, or as none. sha256sum(1) escapes with a backslash, and begins such a line with one.
  odd=$(sed -n 's/^\\\{0,1\}[0-9a-f]*  \(.*[[:space:][:cntrl:]\\].*\)$/  \1/p' new | cat -vT && sed 's/.*/  & (a link)/' links | cat -vT)
  if [ -n "$odd" ]; then
    echo "migrations in $2 of '$1' have names that cannot be looked at; nothing was changed;" \
      "expected files, and names without blanks, backslashes and control characters, such as 002_add_title.sql:" >&2
    echo "$odd" >&2
    exit 1
  fi
  cut -c 67- new | sort | while read -r path; do
    echo "file $path $(base64 -w 0 "sql/$path")"
  done
}
