# Previews: everything on this server that is called after one, `{project}-pr-{n}`, and the end of one that no stack
# knows any more.

# Caddy's own storage, as its Debian package has it: https://caddyserver.com/docs/conventions#data-directory
certificates=/var/lib/caddy/.local/share/caddy/certificates

# previews: "<kind> <name> <seconds since 1970|-> <owner|-> <more>…", a line for each thing that has the mark of a preview in
# its name; which of them are one's, the asker decides.
operation_previews() {
  local path name owner stack
  shopt -s nullglob
  for path in "$root"/state/*-pr-[1-9]*; do
    echo "workload ${path##*/} $(changed "$path") $(cat "$path/owner" 2>/dev/null || echo -)"
  done
  for path in "$root"/projects/*-pr-[1-9]*; do echo "folder ${path##*/} $(changed "$path") -"; done
  for path in "$root"/home/.config/containers/systemd/*-pr-[1-9]*; do echo "units ${path##*/} $(changed "$path") -"; done
  for path in "$caddy"/codeb/*-pr-[1-9]*.caddy; do
    name=${path##*/}
    echo "site ${name%.caddy} $(changed "$path") - $(sed -n '1s/^# codeb site //p' "$path")"
  done
  for path in "$root"/leases/*; do
    read -r owner stack <"$path" || continue
    [[ $owner != *-pr-[1-9]* ]] || echo "lease $owner $(changed "$path") $stack ${path##*/}"
  done
  for path in "$certificates"/*/*; do
    [[ .${path##*/} != *.pr-[1-9]* ]] || echo "certificate ${path##*/} - -"
  done
  of_podman
  of_docker
}

# Another operation may have removed it meanwhile.
changed() {
  stat -c %Y "$1" 2>/dev/null || echo -
}

# A server that is not prepared yet, or runs its projects in Docker, has none of ours.
has_podman() {
  id -u "$account" >/dev/null 2>&1 && command -v podman >/dev/null
}

# What Podman has; the infra container of a pod goes with it.
of_podman() {
  has_podman || return 0
  {
    as_account podman pod ls --format 'pod {{.Name}} - -'
    as_account podman ps --all --format '{{if not .IsInfra}}container {{.Names}} - -{{end}}'
    as_account podman volume ls --format 'volume {{.Name}} - -'
    as_account podman network ls --format 'network {{.Name}} - -'
  } | sed -n '/-pr-[1-9]/p'
}

has_docker() {
  command -v docker >/dev/null && systemctl --quiet is-active docker
}

# What Docker has; a project's network is called project-{slug} there.
of_docker() {
  has_docker || return 0
  {
    docker ps --all --format 'container {{.Names}} - -'
    docker volume ls --format 'volume {{.Name}} - -'
    docker network ls --format 'network {{.Name}} - -' | sed -n 's/^network project-/network /p'
  } | sed -n '/-pr-[1-9]/p'
}

# sweep <slug> <container|volume|certificate>:<name>…: removes what is called after the preview, data and all, and of what
# cannot be told from its slug the things that are named. What is not there any more is no error.
operation_sweep() {
  local slug=$1 word
  shift
  [[ $slug =~ ^[a-z0-9]([a-z0-9-]*[a-z0-9])?-pr-[1-9][0-9]*$ ]] ||
    fail "'$slug' is not the slug of a preview: expected {project}-pr-{n}; nothing was changed"
  for word in "$@"; do
    is_of_preview "$word" "$slug" || fail "'$word' is not of the preview '$slug'; nothing was changed"
  done
  [ ! -e "$caddy/codeb/$slug.caddy" ] || operation_unsite "$slug"
  sweep_docker "$slug" "$@"
  operation_remove "$slug" "$root/projects/$slug" remove
  sweep_units "$slug" "$@"
  sweep_podman "$slug" "$@"
  sweep_leases "$slug"
  for word in "$@"; do
    [[ $word != certificate:* ]] || rm -rf "$certificates"/*/"${word#*:}"
  done
}

# is_of_preview <kind>:<name> <slug>
is_of_preview() {
  local name=${1#*:}
  [[ $name =~ ^[a-z0-9_.-]+$ ]] || return 1
  case $1 in
  container:"$2"-* | volume:"$2" | volume:"$2"-*) ;;
  certificate:*) [[ .$name == *.pr-"${2##*-pr-}"[.-]* ]] ;;
  *) return 1 ;;
  esac
}

# Services of units that no list of a workload tells of, such as those of a state that is lost.
sweep_units() {
  local slug=$1 units=$root/home/.config/containers/systemd/$1 word unit name
  shift
  printf '%s\n' "project-$slug-pod.service" "$slug-network.service" >services.left
  for unit in "$units"/*; do
    name=${unit##*/}
    case $name in
    *.container) echo "${name%.container}.service" ;;
    *.volume) echo "${name%.volume}-volume.service" ;;
    esac
  done >>services.left
  for word in "$@"; do
    [[ $word != container:* ]] || echo "${word#*:}.service"
  done >>services.left
  service_states services.left | awk '$3 != "inactive" && $3 != "failed" { print $2 }' >running
  # shellcheck disable=SC2046 # names of services, without blanks
  [ ! -s running ] || as_account systemctl --user stop $(<running)
  if [ -d "$units" ]; then
    rm -rf "$units"
    reload_units
  fi
  service_states services.left | awk '$3 == "failed" { print $2 }' >failed
  # What systemd has forgotten meanwhile has nothing to reset.
  # shellcheck disable=SC2046
  if [ -s failed ] && ! as_account systemctl --user reset-failed $(<failed) 2>unreset; then
    ! grep -v 'not loaded\.$' unreset >&2
  fi
}

sweep_podman() {
  local slug=$1 word name
  has_podman || return 0
  shift
  as_account podman pod rm --force --ignore --time 10 "project-$slug" >removed
  for word in "$@"; do
    name=${word#*:}
    case $word in
    container:*) as_account podman rm --force --ignore --time 10 "$name" >>removed ;;
    volume:*) ! as_account podman volume exists "$name" || as_account podman volume rm --force "$name" >>removed ;;
    esac
  done
  ! as_account podman network exists "$slug" || as_account podman network rm --force "$slug" >>removed
}

sweep_docker() {
  local slug=$1 word name
  has_docker || return 0
  shift
  for word in "$@"; do
    name=${word#*:}
    case $word in
    container:*) ! docker container inspect "$name" >removed 2>&1 || docker rm --force --volumes "$name" >>removed ;;
    volume:*) ! docker volume inspect "$name" >removed 2>&1 || docker volume rm "$name" >>removed ;;
    esac
  done
  ! docker network inspect "project-$slug" >removed 2>&1 || docker network rm "project-$slug" >>removed
}

sweep_leases() {
  local file owner
  lock leases
  for file in "$root"/leases/*; do
    [ -f "$file" ] && read -r owner _ <"$file" && [ "${owner%%/*}" = "$1" ] || continue
    rm -f "$file"
  done
}
