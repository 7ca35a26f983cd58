# Ports: one file a leased port under leases/, its owner and the owner's stack as the content.

# lease <owner> <from> <to> <reserved,…|-> <owner,…|-> <port|any> <take|look> <stack>: prints the port.
operation_lease() {
  local owner=$1 from=$2 to=$3 reserved=",$4," before=${5#-} wanted=$6 purpose=$7 stack=$8
  local file port address other turn=0
  local -A holder stack_of listening has=()
  lock leases
  for file in "$root"/leases/*; do
    [ -f "$file" ] || continue
    read -r 'holder[${file##*/}]' 'stack_of[${file##*/}]' <"$file" || true
  done
  for port in "${!holder[@]}"; do
    if [ "${holder[$port]}" = "$owner" ] && [ "${stack_of[$port]}" != "$stack" ]; then
      fail "'$owner' has port $port from the stack ${stack_of[$port]}; nothing was changed"
    fi
    [ -z "${holder[$port]}" ] || ((port < from || port > to)) || has[${holder[$port]}]=1
    if [ "${holder[$port]}" = "$owner" ] && ((port >= from && port <= to)) && { [ "$wanted" = any ] || [ "$wanted" = "$port" ]; }; then
      echo "$port"
      return
    fi
  done
  while read -r _ _ _ address _; do listening[${address##*:}]=1; done < <(ss -Hltn)

  if [ "$wanted" != any ]; then
    if [ -n "${holder[$wanted]:-}" ]; then
      fail "port $wanted is held by '${holder[$wanted]}'; '$owner' asked for exactly this one"
    fi
    if [ -n "${listening[$wanted]:-}" ]; then
      fail "port $wanted is taken by something that codeb did not start:" \
        "$(ss -Hltnp "sport = :$wanted" | sed -n 's/.*users:((\([^)]*\)).*/\1/p' | head -n 1)"
    fi
    take_lease "$owner $stack" "$wanted" "$purpose"
    return
  fi
  # Whose turn comes first gets the lower port, whoever asks first: so a preview tells what the update does.
  for other in ${before//,/ }; do [ -n "${has[$other]:-}" ] || turn=$((turn + 1)); done
  for ((port = from; port <= to; port++)); do
    [ -z "${holder[$port]:-}" ] && [ -z "${listening[$port]:-}" ] && [[ $reserved != *,$port,* ]] || continue
    if ((turn > 0)); then
      turn=$((turn - 1))
      continue
    fi
    take_lease "$owner $stack" "$port" "$purpose"
    return
  done
  echo "no port is free in $from-$to for '$owner'. They are held by:" >&2
  for ((port = from; port <= to; port++)); do
    if [ -n "${holder[$port]:-}" ]; then
      echo "  $port ${holder[$port]}"
    elif [[ $reserved == *,$port,* ]]; then
      echo "  $port reserved"
    elif [ -z "${listening[$port]:-}" ]; then
      echo "  $port free, and due to one of $before"
    else
      echo "  $port something that codeb did not start"
    fi
  done >&2
  exit 1
}

take_lease() {
  if [ "$3" = take ]; then
    need_prepared
    echo "$1" >"$root/leases/.$2"
    # An empty file after a power failure would be a free port.
    sync "$root/leases/.$2"
    mv -T "$root/leases/.$2" "$root/leases/$2"
  fi
  echo "$2"
}

# release <owner> <port> <stack>: gives a port back; another owner's or another stack's is left alone.
operation_release() {
  local holder
  lock leases
  if [ -f "$root/leases/$2" ] && read -r holder <"$root/leases/$2" && [ "$holder" = "$1 $3" ]; then
    rm -f "$root/leases/$2"
  fi
}
