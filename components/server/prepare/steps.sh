# Prepares a machine with Debian 12 or 13 or Ubuntu 24.04 or 26.04 for codeb. It is sent over SSH whole; settings that
# are no secret come as arguments (`name=value`), the DNS backend's secret, if one is given, as the line after the script.
#
# Every step looks first and changes only what differs, so it can be cut off anywhere and run again.
set -euo pipefail
# A step runs to its end even when the client is gone.
trap '' HUP PIPE
export LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
umask 022

root=/var/lib/codeb
log=/var/log/codeb-prepare.log
declare -A setting
for pair in "$@"; do setting[${pair%%=*}]=${pair#*=}; done
IFS= read -r dns_secret || true
exec </dev/null
step=

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}
trap '[ $? = 0 ] || [ -z "$step" ] || echo "error: step \"$step\" is not done, those before it are; run it again" >&2' EXIT

step() {
  step=$1
  echo "==> $1"
}

# Runs a command with its output in the log; shows the last lines if it fails.
quiet() {
  if "$@" >"$log" 2>&1 9>&-; then return; fi
  tail -n 15 "$log" >&2
  fail "$(printf '%q ' "${@:1:4}")failed; more in $log"
}

# put <mode> <owner:group> <path>: makes standard input the content of a file, with one rename.
put() {
  local new=$3.codeb-new
  install -m 0600 /dev/null "$new"
  cat >"$new"
  chown "$2" "$new"
  chmod "$1" "$new"
  if cmp -s "$new" "$3" && [ "$(stat -c '%a %U:%G' "$new")" = "$(stat -c '%a %U:%G' "$3")" ]; then
    rm "$new"
  else
    mv -fT "$new" "$3"
  fi
}

# serve <unit> <verb> <file…>: the unit is enabled and runs with what these files say; the verb makes it read them.
# What it has read is noted, because a run may be cut off after a file has changed and before the verb.
serve() {
  local unit=$1 verb=$2 note=$root/prepared/$1 content
  content=$(cat "${@:3}" | sha256sum)
  systemctl --quiet is-enabled "$unit" || quiet systemctl enable "$unit"
  if [ "$(cat "$note" 2>/dev/null)" != "$content" ]; then
    act "$verb" "$unit"
    put 0600 root:root "$note" <<<"$content"
  fi
  systemctl --quiet is-active "$unit" || act start "$unit"
}

# act <verb> <unit>: systemctl, with the unit's last words if it fails.
act() {
  if systemctl "$1" "$2" >"$log" 2>&1 9>&-; then return; fi
  journalctl --unit "$2" --lines 10 --no-pager --output cat >&2
  fail "systemctl $1 $2 failed"
}

# until_true <seconds> <command…>
until_true() {
  local end=$((SECONDS + $1))
  until "${@:2}"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# at_least <version> <wanted>
at_least() {
  printf '%s\n%s\n' "$2" "$1" | sort --check=quiet --version-sort
}

[ "$(id -u)" = 0 ] || fail "expected to run as root: log in as root or set privilege 'sudo'"
[ -d /run/systemd/system ] || fail 'expected a machine that systemd has booted'
. /etc/os-release
case "$ID $VERSION_ID" in
'debian 12' | 'debian 13' | 'ubuntu 24.04' | 'ubuntu 26.04') ;;
*) fail "expected Debian 12 or 13, Ubuntu 24.04 or 26.04, this is $PRETTY_NAME; nothing was changed" ;;
esac
[[ $dns_secret =~ ^[A-Za-z0-9+/=_.-]*$ ]] ||
  fail "expected a DNS secret of letters, digits and '+', '/', '=', '_', '.', '-'; nothing was changed"
# Two server names may lead to one machine.
exec 9>/run/codeb-prepare.lock
flock -w 1800 9 || fail 'another preparation has been running here for half an hour; nothing was changed'
