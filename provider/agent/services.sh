# The services of a workload: systemd units of the account, restarted where a change touched them, and their health.

# Restarts what the change touched, starts what does not run, and waits until all of it is healthy.
run() {
  local source=$1 restart all gone= touched
  if [ -s "$state/services" ] || [ -s "$state/started" ]; then
    : >>"$state/services"
    : >>"$state/started"
    gone=$(cut -d ' ' -f 1 "$state/services" "$state/started" | sort -u | comm -23 - <(cut -d ' ' -f 1 "$source/services" | sort))
  fi
  # shellcheck disable=SC2086 # names of services, without blanks
  [ -z "$gone" ] || stop_services $gone
  mapfile -t touched <"$state/pending"
  if [[ " ${touched[*]}" == *' units/'* ]]; then
    [[ "${touched[*]} " != *'.network '* ]] || drop_networks
    reload_units
  fi
  [ -s "$source/services" ] || return 0
  cat "$source/services" >>"$state/started"
  migrate "$source"
  restart=$(awk 'NR == FNR { touched[$1]; next } $2 in touched { print $1 }' "$state/pending" "$source/uses" | sort -u)
  all=$(cut -d ' ' -f 1 "$source/services")
  # A set that failed has used up its start limit, which would count against the one that follows it.
  # shellcheck disable=SC2086
  as_account systemctl --user reset-failed $all 2>/dev/null || true
  # shellcheck disable=SC2086
  if { [ -n "$restart" ] && ! as_account systemctl --user restart $restart 2>"$notes/systemctl"; } ||
    ! as_account systemctl --user start $all 2>"$notes/systemctl"; then
    grep 'not found' "$notes/systemctl" >&2 || true
    explain "$source"
    return 1
  fi
  await_health "$source"
}

# One that is not loaded does not run: exit code 5, by systemctl(1).
stop_services() {
  as_account systemctl --user stop "$@" 2>"$notes/systemctl" || [ $? = 5 ] || fail "$(<"$notes/systemctl")"
}

# A changed network is made anew, which needs it out of use.
drop_networks() {
  local all name
  [ -s "$state/services" ] || return 0
  all=$(cut -d ' ' -f 1 "$state/services")
  # shellcheck disable=SC2086
  stop_services $all
  while read -r name; do as_account podman network rm -f "$name" >/dev/null; done < <(network_names)
}

network_names() {
  local unit
  for unit in "$units"/*.network "$state"/previous/units/*.network; do
    [ -e "$unit" ] || continue
    sed -n 's/^NetworkName=//p' "$unit"
  done | sort -u
}

# A reload reads every unit of the account: one that began after our files were in place serves us too. Hundredths of a
# second since boot, for a clock may be set back.
reload_units() {
  local asked began done
  read -r asked _ </proc/uptime
  (
    flock 7
    done=$(cat /run/codeb-reloaded 2>/dev/null || echo 0)
    ((done <= ${asked/./})) || exit 0
    read -r began _ </proc/uptime
    as_account systemctl --user daemon-reload
    echo "${began/./}" >/run/codeb-reloaded
  ) 7>"$root/locks/reload"
}

# Asks each address until it answers with success, and sees that nothing has stopped meanwhile.
await_health() {
  local source=$1 service deadline url end
  while read -r service deadline url; do
    end=$((SECONDS + deadline))
    until curl -fsS -m 5 -o "$notes/body" "$url" 2>"$notes/curl"; do
      if as_account systemctl --user --quiet is-failed "$service"; then
        echo "$service has failed" >&2
        explain "$source"
        return 1
      fi
      if ((SECONDS >= end)); then
        echo "$service: $url did not answer with success within $deadline s: $(tail -n 1 "$notes/curl")" >&2
        explain "$source"
        return 1
      fi
      sleep 0.2
    done
  done <"$source/health"
  settled "$source"
}

# A container that exits at once is restarted by systemd and looks alive between two tries: without a check of its own
# it has to stay up for a second.
settled() {
  local source=$1 tries=0
  [ -z "$(unchecked "$source")" ] || sleep 1
  while service_states "$source/services" | grep -qv ' active$'; do
    if ((++tries > 25)); then
      explain "$source"
      return 1
    fi
    sleep 0.2
  done
}

# Containers whose health nobody tells: neither an address to ask nor Notify=healthy.
unchecked() {
  local service unit
  while read -r service unit _; do
    [[ $unit == *.container ]] || continue
    grep -q "^$service " "$1/health" || grep -q '^Notify=healthy' "$units/$unit" || echo "$service"
  done <"$1/services"
}

# "service <name> <state>" for each service of a list.
service_states() {
  local names
  mapfile -t names < <(cut -d ' ' -f 1 "$1")
  [ ${#names[@]} -gt 0 ] || return 0
  as_account systemctl --user show -p Id -p ActiveState "${names[@]}" |
    awk -F= '$1 == "Id" { id = $2 } $1 == "ActiveState" { state = $2 } id != "" && state != "" { print "service", id, state; id = state = "" }'
}

# Last words of every service that is not as it should be; what Podman tells of its own doings is left out.
explain() {
  local source=$1 service unit container active sub result
  while read -r service unit container; do
    { read -r active && read -r sub && read -r result; } < <(service_property "$service" ActiveState SubState Result)
    [ "$active" != active ] || grep -q "^$service " "$source/health" || continue
    echo "$service is $active ($sub), result $result; its last lines:"
    journalctl -q -n 60 -o cat --since "@$began" "CONTAINER_NAME=$container" + "_SYSTEMD_USER_UNIT=$service" + "USER_UNIT=$service" |
      grep -vE '^$|^[0-9-]+ [0-9:.]+ \+0000 UTC m=|^[0-9a-f]{64}$|^conmon .*<nwarn>: Failed to (add inotify|open cgroups)' |
      tail -n 12 | sed 's/^/  | /'
  done <"$source/services" >&2
}

service_property() {
  local service=$1 property
  shift
  for property in "$@"; do as_account systemctl --user show -p "$property" --value "$service"; done
}
