#!/bin/bash
# Pushes the archives of /images to the registry under the names that /images/references.txt gives them.
set -euo pipefail
docker-registry serve /etc/docker/registry/config.yml > /tmp/registry.log 2>&1 &
registry=$!
trap 'kill "$registry"' EXIT
until curl --silent --fail http://127.0.0.1:5000/v2/ > /dev/null; do
  kill -0 "$registry" || { cat /tmp/registry.log; exit 1; }
  sleep 0.1
done
while read -r archive reference; do
  echo "==> $reference"
  skopeo copy --quiet --dest-tls-verify=false "docker-archive:/images/$archive" "docker://127.0.0.1:5000/$reference"
done < /images/references.txt
