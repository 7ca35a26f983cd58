# await-health <container> <deadline, s> <url>: until the address answers with success, as the container was just made.
# Standard input: values that are not shown, a line each.
set -uo pipefail
container=$1 deadline=$2 url=$3
mapfile -t secrets

blotted() {
  local text value
  text=$(cat)
  for value in "${secrets[@]}"; do [ -z "$value" ] || text=${text//"$value"/[secret]}; done
  printf '%s\n' "$text"
}

give_up() {
  {
    echo "$1; what waits for it, a next replica or a new site, is as it was; its last lines:"
    docker logs --tail 12 "$container" 2>&1 | sed 's/^/  | /'
  } | blotted >&2
  exit 1
}

end=$((SECONDS + deadline))
until reason=$(curl -fsS -m 5 -o /dev/null "$url" 2>&1); do
  # Docker doubles its pause each time, so these are a minute and a half.
  restarts=$(docker inspect --format '{{.RestartCount}}' "$container") || give_up "$container is gone"
  ((restarts < 10)) || give_up "$container ends again and again"
  ((SECONDS < end)) || give_up "$container: $url did not answer with success within $deadline s: $reason"
  sleep 0.2
done
