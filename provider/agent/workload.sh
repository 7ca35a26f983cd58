# Workloads: the files and units of one project, changed all or nothing.
#
# Payload of `apply`:  files/…  units/…  and the lists
#   folders   <mode> <path>                      below the project's folder
#   wanted    <sha256> <mode> files/…|units/…    of a file to be filled in: before that
#   filled    files/… <path of a password>       its references to the password give way to the value
#   opened    files/… <NAME>                     its references to the secret variable as well, whose values are in
#   sealed                                       lines of NAME=value, sealed with age for this server
#   migrations <service> <image> <deadline, s> <environment file,…> <word of the command in base64>…
#   services  <service> <unit> <container|->
#   uses      <service> files/…|units/…          a change of the second restarts the first
#   health    <service> <deadline, s> <url>
#   spec.json what `import` gives back
#
# state/<slug>/: live/{files,units} lead to where the set is in use; wanted, services, … describe it; `pending` lists what
# an unfinished change has touched, `started` the services that it may have started, `previous` is the set before it.
lists=(folders wanted services uses health migrations spec.json owner)

# apply <slug> <directory> <owner> <create|update>
operation_apply() {
  local slug=$1 directory=$2 owner=$3 purpose=$4 code began
  began=$EPOCHSECONDS
  need_prepared
  local state=$root/state/$slug units=$root/home/.config/containers/systemd/$slug
  lock "workload-$slug"
  mkdir -p files units
  refuse_other_owner
  fill_in filled
  open_sealed
  sum_filled
  check_units
  fetch_images
  set +e
  (
    set -e
    make_state
    remember_previous
  )
  code=$?
  set -e
  [ "$code" = 0 ] || fail "what runs now cannot be kept to go back to; nothing was changed"
  set +e
  (
    set -e
    place "$PWD"
    run "$PWD"
  ) 2>"$notes/reason"
  code=$?
  set -e
  if [ "$code" = 0 ]; then
    settle "$PWD"
    note_migrations
    describe
    return
  fi
  cat "$notes/reason" >&2
  go_back
}

# A slug belongs to the stack that made it; another one would overwrite a running project.
refuse_other_owner() {
  if [ "$purpose" = create ] && [ -s "$state/owner" ] && [ "$(<"$state/owner")" != "$owner" ]; then
    fail "'$slug' is run on this server by the stack $(<"$state/owner"); nothing was changed"
  fi
  echo "$owner" >owner
}

# Only for a set that was not refused: a refused first one leaves nothing.
make_state() {
  [ -d "$state/live" ] || install -d -m 0700 "$state" "$state/live"
  [ -d "$directory" ] || install -d -m 0755 -o "$account" -g "$account" "$directory"
  [ "$state/live/files" -ef "$directory" ] || ln -sfnT "$directory" "$state/live/files"
  [ ! -s services ] || [ "$state/live/units" -ef "$units" ] || ln -sfnT "$units" "$state/live/units"
}

# What is wanted of a file that was filled in is what it became.
sum_filled() {
  [ -s filled ] || [ -s opened ] || return 0
  cut -d ' ' -f 1 filled opened | sort -u | xargs -d '\n' sha256sum |
    awk 'NR == FNR { sum[$2] = $1; next } { if ($3 in sum) $1 = sum[$3]; print }' - wanted >wanted.filled
  mv wanted.filled wanted
}

# One unit that Quadlet cannot read would simply not exist after a reload: podman-systemd.unit(5), -dryrun.
check_units() {
  [ -s services ] || return 0
  if ! QUADLET_UNIT_DIRS=$PWD/units /usr/libexec/podman/quadlet -dryrun -user >"$notes/dryrun" 2>&1; then
    sed -n "s|$PWD/||g; s/^quadlet-generator\[[0-9]*\]: \(converting .*\)/  \1/p" "$notes/dryrun" >reasons
    [ -s reasons ] || cp "$notes/dryrun" reasons
    fail "Quadlet refuses the units of '$slug'; nothing was changed:"$'\n'"$(<reasons)"
  fi
}

fetch_images() {
  local image
  [ -s services ] || return 0
  while read -r image; do
    as_account podman image exists "$image" || as_account podman pull -q "$image" >"$notes/pull" 2>&1 || {
      fail "image '$image' cannot be had; nothing was changed:"$'\n'"$(grep -v '^Trying to pull' "$notes/pull" | tail -n 3)"
    }
  done < <(
    images units
    cut -d ' ' -f 2 migrations
  )
}

images() {
  sed -n 's/^Image=//p' "$1"/*.container 2>/dev/null | sort -u
}

# Kept as it was before an unfinished change, however often that is tried again.
remember_previous() {
  local there
  [ ! -e "$state/pending" ] || return 0
  [ ! -e "$state/previous" ] || rm -rf "$state/previous"
  if [ -s "$state/wanted" ]; then
    install -d "$state/previous/files" "$state/previous/units"
    cp -t "$state/previous" "${lists[@]/#/$state/}"
    # What somebody has removed by hand cannot be gone back to.
    present "$state/wanted"
    printf '%s' "${there[@]/%/$'\n'}" >"$state/previous/wanted"
    cut -d ' ' -f 3 "$state/previous/wanted" | tar -c -C "$state/live" -T - | tar -x -p -C "$state/previous"
  fi
  : >"$state/pending"
}

# Sets `there` to those lines of a list whose path exists.
present() {
  local line
  there=()
  while read -r line; do [ ! -e "$state/live/${line##* }" ] || there+=("$line"); done <"$1"
}

# "<sha256> <mode> <path>" of what is in use now, for the paths of a list that exist.
fingerprints() {
  local there paths
  present "$1"
  [ ${#there[@]} -gt 0 ] || return 0
  paths=("${there[@]##* }")
  (
    cd "$state/live"
    awk 'NR == FNR { sum[$2] = $1; next } { print sum[$2], "0" $1, $2 }' <(sha256sum "${paths[@]}") <(stat -c '%a %n' "${paths[@]}")
  )
}

# Puts a set in use, file by file with a rename, and notes every path before it is touched.
place() {
  local source=$1 mode path folder
  # One process for many paths: with a hundred projects that is what takes the time. Paths have no blanks.
  local -A missing=() parts=()
  while read -r mode path; do
    [ -d "$directory/$path" ] || missing[$mode]+=" $directory/$path"
  done <"$source/folders"
  # shellcheck disable=SC2086
  for mode in "${!missing[@]}"; do install -d -m "$mode" -o "$account" -g "$account" ${missing[$mode]}; done
  # A mode that is wanted anew; else what a container has made of its own folder stays.
  [ ! -s "$state/folders" ] || while read -r mode path; do chmod "$mode" "$directory/$path"; done < <(grep -vxFf "$state/folders" "$source/folders")
  fingerprints "$source/wanted" >"$state/now"
  : >"$state/changed"
  : >"$state/removed"
  : >>"$state/wanted"
  awk -v changed="$state/changed" -v removed="$state/removed" '
    list == "now" { now[$0]; next }
    list == "wanted" {
      wanted[$3]
      if (!($0 in now)) { touched[$3]; print $3 >changed }
      next
    }
    list == "pending" { $3 = $1; touched[$3] }
    !($3 in wanted) && !($3 in gone) { gone[$3]; touched[$3]; print $3 >removed }
    END { for (path in touched) print path }
  ' list=now "$state/now" list=wanted "$source/wanted" list=before "$state/wanted" list=pending "$state/pending" >"$state/pending.new"
  mv -T "$state/pending.new" "$state/pending"
  chown -R "$account:$account" "$source/files" "$source/units"
  [ ! -s "$source/services" ] || account_folder "$units"
  while read -r path; do parts[${path%/*}]+=" $source/$path"; done <"$state/changed"
  for folder in "${!parts[@]}"; do
    [ -d "$state/live/$folder" ] || install -d -m 0755 -o "$account" -g "$account" "$state/live/$folder"
    # shellcheck disable=SC2086
    mv -f -t "$state/live/$folder" ${parts[$folder]}
  done
  [ ! -s "$state/removed" ] || (cd "$state/live" && xargs -d '\n' rm -f) <"$state/removed"
}

account_folder() {
  [ -d "$1" ] || as_account mkdir -p -m 0755 "$1"
}

settle() {
  mv -f -t "$state" "${lists[@]/#/$1/}"
  rm -f "$state/pending" "$state/started"
}

# The set before the change, back and running; on the first deploy there is none and nothing stays.
go_back() {
  local code
  if [ ! -e "$state/previous/wanted" ]; then
    : >>"$state/started"
    sort -u services "$state/started" >services.failed
    cp "$state/pending" withdrawn
    withdraw services.failed withdrawn
    rm -rf "$state"
    echo "nothing of '$slug' is left running; its data is kept" >&2
    exit 20
  fi
  set +e
  (
    set -e
    rm -rf back
    cp -a "$state/previous" back
    # What is in use now is a mix: place() has to see every path of it.
    cat "$PWD/wanted" "$state/previous/wanted" | sort -u -k 3,3 >"$state/wanted.mixed"
    mv -fT "$state/wanted.mixed" "$state/wanted"
    cp folders "$state/folders"
    place "$PWD/back"
    run "$PWD/back"
  ) 2>"$notes/second"
  code=$?
  set -e
  if [ "$code" = 0 ]; then
    settle "$PWD/back"
    echo "the previous state of '$slug' is back and running" >&2
    exit 20
  fi
  cat "$notes/second" >&2
  echo "going back to the previous state of '$slug' failed as well, see the lines above: the next update begins where this one ended" >&2
  exit 30
}

# Stops and removes the services and paths of two lists.
withdraw() {
  local services path
  services=$(cut -d ' ' -f 1 "$1")
  # shellcheck disable=SC2086
  [ -z "$services" ] || as_account systemctl --user stop $services 2>/dev/null || true
  local networks
  networks=$(network_names)
  while read -r path; do rm -f "$state/live/$path"; done <"$2"
  [ ! -d "$units" ] || rmdir --ignore-fail-on-non-empty "$units"
  if [ -n "$services" ]; then
    reload_units
    # shellcheck disable=SC2086
    as_account systemctl --user reset-failed $services 2>/dev/null || true
    while read -r path; do as_account podman network rm -f "$path" >/dev/null || true; done <<<"$networks"
  fi
}

# "image <reference> <digest>", for the resource's outputs
describe() {
  local references
  [ -d "$units" ] || return 0
  mapfile -t references < <(images "$units")
  [ ${#references[@]} -gt 0 ] || return 0
  paste -d ' ' <(printf 'image %s\n' "${references[@]}") <(as_account podman image inspect --format '{{.Digest}}' "${references[@]}")
}

# remove <slug> <directory> <keep|archive|remove>
operation_remove() {
  local slug=$1 directory=$2 data=$3
  local state=$root/state/$slug units=$root/home/.config/containers/systemd/$slug
  lock "workload-$slug"
  if [ -d "$state" ]; then
    touch services.all paths.all
    local list
    for list in "$state/services" "$state/started" "$state/previous/services"; do [ ! -e "$list" ] || cat "$list" >>services.all; done
    for list in "$state/wanted" "$state/previous/wanted"; do [ ! -e "$list" ] || cut -d ' ' -f 3 "$list" >>paths.all; done
    [ ! -e "$state/pending" ] || cat "$state/pending" >>paths.all
    withdraw services.all paths.all
  fi
  if [ -d "$directory" ]; then
    case $data in
    archive)
      install -d -m 0700 "$root/archive"
      tar -c -z -C "${directory%/*}" -f "$root/archive/.$slug" "${directory##*/}"
      mv -T "$root/archive/.$slug" "$root/archive/$slug-$(date -u +%Y%m%dT%H%M%SZ).tar.gz"
      rm -rf "$directory"
      ;;
    remove) rm -rf "$directory" ;;
    keep) find "$directory" -depth -type d -empty -user "$account" -delete ;;
    esac
  fi
  rm -rf "$state"
}
