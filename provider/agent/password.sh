# Passwords: made once, in a file that only the workloads' account reads.

# password <path> <length>: prints the SHA-256 of the password, which it makes if there is none.
operation_password() {
  local path=$1 length=$2 folder
  folder=${path%/*}
  need_prepared
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
  sha256sum <"$path" | cut -d ' ' -f 1
}

# substituted <reference> <path>: standard input with what the file holds in the place of the reference. Only by what
# bash does itself: a command line can be seen by everyone.
substituted() {
  local text value
  IFS= read -r -d '' text || true
  value=$(<"$2")
  printf '%s' "${text//"$1"/"$value"}"
}

# Puts passwords in the place of their references, in each file of a list "<file> <path of the password>".
fill_in() {
  local file path
  while read -r file path; do
    [[ $path == "$root"/projects/*/config/*.password && $path != *..* && -f $path ]] ||
      fail "$file names the password $path, which this server does not have; nothing was changed"
    substituted "{{password $path}}" "$path" <"$file" >"$file.filled"
    chmod --reference="$file" "$file.filled"
    mv -fT "$file.filled" "$file"
  done <"$1"
}

# blot <file> <list>: takes the passwords of such a list out of what an operation says.
blot() {
  local path text
  IFS= read -r -d '' text <"$1" || true
  while read -r _ path; do
    [ ! -s "$path" ] || text=${text//"$(<"$path")"/[secret]}
  done <"$2"
  printf '%s' "$text" >"$1"
}

# show <path>: prints a file of codeb's, to tell what changed in it.
operation_show() {
  cat "$1"
}

# Puts secret variables in the place of their references, in each file of a list "<file> <NAME>".
open_sealed() {
  local line file name text
  local -A value
  [ -s opened ] || return 0
  [ -s "$root/prepared/seal.key" ] || fail "this server has no $root/prepared/seal.key: it is not prepared yet; nothing was changed"
  age -d -i "$root/prepared/seal.key" -o values sealed 2>refused ||
    fail "the secret variables were not sealed for this server: $(tail -n 1 refused); nothing was changed"
  while IFS= read -r line; do value[${line%%=*}]=${line#*=}; done <values
  while read -r file; do
    IFS= read -r -d '' text <"$file" || true
    while read -r name; do
      [ -n "${value[$name]+there}" ] || fail "$file names the secret $name, which was not sent; nothing was changed"
      text=${text//"{{secret $name}}"/"${value[$name]}"}
    done < <(awk -v file="$file" '$1 == file { print $2 }' opened)
    printf '%s' "$text" >"$file.opened"
    chmod --reference="$file" "$file.opened"
    mv -fT "$file.opened" "$file"
  done < <(cut -d ' ' -f 1 opened | sort -u)
}

# blot_values <file> <values>: the same as `blot` for lines of NAME=value.
blot_values() {
  local line text
  IFS= read -r -d '' text <"$1" || true
  while IFS= read -r line; do
    line=${line#*=}
    [ -z "$line" ] || text=${text//"$line"/[secret]}
  done <"$2"
  printf '%s' "$text" >"$1"
}
