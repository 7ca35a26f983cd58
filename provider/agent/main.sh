# The server's side of the provider: reads requests from standard input, runs each in a process of its own and answers
# on standard output. It is sent over SSH at the start of every connection, so nothing is installed.
#
#   request   <id> <operation> <text|tar> <bytes> <arguments…>\n<payload>
#   answer    <id> <exit code> <bytes>\n<output>
#
# Exit codes: 1 refused, nothing changed; 10 the same, for the server is not prepared; 20 failed, the previous state is
# back; 30 failed, and so did going back.
set -u
umask 077
export LC_ALL=C
# An operation runs to its end even when the client is gone.
trap '' HUP PIPE

root=/var/lib/codeb
account=codeb

[ "$(id -u)" = 0 ] || {
  echo "$(id -un) is not root: expected to log in as root, or privilege 'sudo'" >&2
  exit 1
}
# A server that is not prepared yet is only looked at, and nothing is made there.
unprepared=
if [ ! -d "$root/prepared" ]; then
  root=$(mktemp -d)
  unprepared=$root
fi
for folder in leases locks stage state; do [ -d "$root/$folder" ] || install -d -m 0700 "$root/$folder"; done
# What an agent left behind that was itself killed.
for left in "$root"/stage/run.* /run/codeb-agent.*; do
  if [ -d "$left" ] && ! kill -0 "${left##*.}" 2>/dev/null; then rm -rf "$left"; fi
done
work=$root/stage/run.$$

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# What operations say is kept in memory: a full disk does not swallow its own reason.
talk=/run/codeb-agent.$$
rm -rf "$talk"
mkdir -p "$work" "$talk" && : >"$talk/lock" || fail 'the agent has no place to work in; nothing was changed'

not_prepared() {
  printf '%s\n' "$*" >&2
  exit 10
}

need_prepared() {
  [ -z "$unprepared" ] || not_prepared 'this server is not prepared yet; nothing was changed'
}

# lock <name> [--shared]: holds it until the operation ends; other stacks and other runs on this server wait for it.
lock() {
  exec 9>"$root/locks/$1"
  flock -w 900 ${2:+"$2"} 9 || fail "waited 15 minutes for the lock '$1', which another update holds; nothing was changed"
}

# Runs a command as the account that owns the workloads, on its own systemd and its own Podman.
# Podman's pause process outlives the command, so it must not inherit our locks.
as_account() {
  local id
  id=$(id -u "$account" 2>/dev/null) || fail "the user '$account' does not exist: this server is not prepared yet"
  (cd / && exec setpriv --reuid "$account" --regid "$account" --init-groups \
    env -i PATH="$PATH" LC_ALL=C USER="$account" LOGNAME="$account" HOME="$root/home" XDG_RUNTIME_DIR="/run/user/$id" DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$id/bus" "$@" \
    7>&- 8>&- 9>&-)
}

# answer <id> <exit code> <what the operation has to say>
answer() {
  {
    flock 8
    # In the locale C the length is that of bytes.
    printf '%s %s %s\n%s' "$1" "$2" "${#3}" "$3"
  } 8<"$talk/lock"
}

serve() {
  local id operation kind bytes arguments folder notes payload said
  # What a login shell has printed before is not ours.
  echo 'codeb agent ready'
  while IFS=' ' read -r id operation kind bytes arguments; do
    folder=$work/$id
    notes=$talk/$id
    mkdir "$folder" "$notes"
    payload=
    if [ "$kind" = tar ]; then
      # Reads the payload to its end even when it cannot be unpacked, so that the next request is found. The reason may
      # be a full disk, so it is kept off it.
      head -c "$bytes" | {
        tar -x -m -p --no-same-owner -C "$folder" 2>"$notes/refused" || {
          echo 'nothing was changed' >>"$notes/refused"
          cat >/dev/null
        }
      }
      if [ -s "$notes/refused" ]; then
        answer "$id" 1 "$(<"$notes/refused")"
        rm -rf "$folder" "$notes"
        continue
      fi
    else
      payload=$(head -c "$bytes")
    fi
    (
      # shellcheck disable=SC2086 # the arguments are words without blanks
      (
        set -euo pipefail
        cd "$folder"
        # One that is refused before it reads its payload is no error of the pipe's.
        [ -z "$payload" ] || exec < <(printf '%s' "$payload" 2>/dev/null)
        "operation_$operation" $arguments
      ) </dev/null >"$notes/output" 2>"$notes/errors"
      code=$?
      # What a refused operation has to say is the reason, not what it printed before.
      [ "$code" = 0 ] || [ ! -s "$notes/errors" ] || mv "$notes/errors" "$notes/output"
      [ ! -s "$folder/filled" ] || blot "$notes/output" "$folder/filled"
      [ ! -s "$folder/values" ] || blot_values "$notes/output" "$folder/values"
      IFS= read -r -d '' said <"$notes/output"
      answer "$id" "$code" "$said"
      rm -rf "$folder" "$notes"
    ) &
  done
  wait
  rm -rf "$work" "$talk" "$unprepared"
}
