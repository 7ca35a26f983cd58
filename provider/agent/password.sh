# Passwords: made once, in a file that only the workloads' account reads.

# password <path> <length>: prints the password, which it makes if there is none.
operation_password() {
  local path=$1 length=$2 folder
  folder=${path%/*}
  lock passwords
  [ -d "${folder%/*}" ] || install -d -m 0755 -o "$account" -g "$account" "${folder%/*}"
  [ -d "$folder" ] || install -d -m 0700 -o "$account" -g "$account" "$folder"
  if [ ! -s "$path" ]; then
    # Three of four bytes fall through the sieve; forty a character are never too few.
    head -c "$((length * 40))" /dev/urandom | tr -dc A-Za-z0-9 >"$path.new"
    truncate -s "$length" "$path.new"
    chown "$account:$account" "$path.new"
    sync "$path.new"
    mv -T "$path.new" "$path"
  fi
  cat "$path"
}

# show <path>: prints a file of codeb's, to tell what changed in it.
operation_show() {
  cat "$1"
}
