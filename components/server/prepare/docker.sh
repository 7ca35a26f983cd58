# Docker's daemon of the release: https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
docker_file=/etc/docker/daemon.json

prepare_docker() {
  local login=${SUDO_USER:-root}
  step 'Docker'
  if is_our_docker; then
    install -d -m 0755 "${docker_file%/*}"
    docker_settings | put 0644 root:root "$docker_file"
    install_docker
    serve docker restart "$docker_file"
    # It may have been started while the file was another one.
    is_fit "$(docker_facts)" || act restart docker
  else
    install_docker
    systemctl --quiet is-active docker || act start docker
  fi
  is_fit "$(docker_facts)" || fail "Docker has settings of its own in $docker_file: expected \"live-restore\": true," \
    "\"log-driver\": \"journald\" and \"userns-remap\": \"codeb\" among them; Docker is as it was"
  # Who may ask Docker may do everything here, which this login may anyway.
  [ "$login" = root ] || id -nG "$login" | grep -qw docker || usermod --append --groups docker "$login"
}

# Containers stay when the daemon restarts, and root of a container is nobody on the server: each has user ids of its
# own, which also makes a limit of processes its own.
docker_settings() {
  cat <<'SETTINGS'
{
  "live-restore": true,
  "log-driver": "journald",
  "userns-remap": "codeb"
}
SETTINGS
}

install_docker() {
  # shellcheck disable=SC2086 # a list
  command -v dockerd >/dev/null || install_packages ${setting[docker_packages]}
  command -v docker >/dev/null || install_packages docker-cli
}

# The owner's own settings stay as they are; so does a daemon with containers, which would lose sight of them.
is_our_docker() {
  local noted=$root/prepared/docker
  if [ -s "$docker_file" ]; then
    cmp -s "$docker_file" <(docker_settings) || [ "$(cat "$noted" 2>/dev/null)" = "$(sha256sum <"$docker_file")" ]
    return
  fi
  command -v docker >/dev/null && systemctl --quiet is-active docker || return 0
  [ -z "$(docker ps --all --quiet)" ] ||
    fail "Docker has containers here, and without user ids of their own (\"userns-remap\"), which would hide them: remove" \
      "them, or write $docker_file yourself; Docker is as it was"
}

docker_facts() {
  docker info --format '{{.LiveRestoreEnabled}} {{.LoggingDriver}} {{.SecurityOptions}}'
}

is_fit() {
  [[ $1 == 'true journald '*name=userns* ]]
}

engine_version() {
  if [ "${setting[engine]}" = docker ]; then
    echo "Docker $(docker version --format '{{.Server.Version}}')"
  else
    echo "Podman $(podman_version)"
  fi
}
