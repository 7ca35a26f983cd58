# Debian packages: installed when missing, never upgraded.

missing() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

install_packages() {
  local packages
  mapfile -t packages < <(missing "$@")
  [ ${#packages[@]} -gt 0 ] || return 0
  echo "    ${packages[*]}"
  update_lists
  apt_get install -y --no-install-recommends "${packages[@]}"
}

apt_get() {
  patiently apt-get -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# Waits for another apt: unattended-upgrades, or that of a run which was killed. Not every lock of apt's has a timeout.
patiently() {
  local end=$((SECONDS + 600))
  until "$@" >"$log" 2>&1 9>&-; do
    if ! grep -q 'Could not get lock\|lock was locked by' "$log" || ((SECONDS > end)); then
      tail -n 15 "$log" >&2
      fail "$1 failed; more in $log"
    fi
    sleep 1
  done
}

lists_are_new=no
update_lists() {
  [ $lists_are_new = no ] || return 0
  # What an installation that was cut off left half configured.
  [ -z "$(dpkg --audit)" ] || patiently dpkg --configure -a
  apt_get update
  lists_are_new=yes
}

podman_version() {
  dpkg-query -W -f '${Version}' podman 2>/dev/null || echo 0
}

# Quadlet knows .pod units since Podman 5.0. Older releases take Podman and what it needs from the next stable one, and
# get updates of these from there as well. That is the C library too, which brings base-files along: the machine then
# calls itself by the newer release's name.
install_podman() {
  local newer=
  step 'Podman 5 with Quadlet'
  # shellcheck disable=SC2086 # a list
  install_packages ${setting[rootless_packages]}
  case "$ID $VERSION_ID" in
  'debian 12') newer=trixie ;;
  'ubuntu 24.04') newer=resolute ;;
  esac
  if [ -n "$newer" ] && ! at_least "$(podman_version)" 5; then
    echo "    from $newer, with its C library: /etc/os-release will name that release"
    pin_suite "$newer"
    update_lists
    # One that is too old is there already, perhaps.
    # shellcheck disable=SC2086
    apt_get install -y --no-install-recommends ${setting[podman_packages]}
  fi
  # shellcheck disable=SC2086
  install_packages ${setting[podman_packages]}
  at_least "$(podman_version)" 5 || fail "expected Podman 5 or later, this is $(podman_version)"
}

# Nothing else comes from the suite. Source: apt_preferences(5).
pin_suite() {
  local suite=$1 uri=http://deb.debian.org/debian security=http://deb.debian.org/debian-security
  local components=main keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  if [ "$ID" = ubuntu ]; then
    uri=http://archive.ubuntu.com/ubuntu security=http://security.ubuntu.com/ubuntu
    components='main universe' keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg
  fi
  put 0644 root:root /etc/apt/preferences.d/codeb-podman.pref <<PREFERENCES
# Written by codeb: Podman 5 and what it needs. Nothing else is taken from the suite, unless it is nowhere else.
Package: *
Pin: release n=$suite*
Pin-Priority: 100

Package: ${setting[podman_packages]} src:glibc src:base-files src:libgpg-error
Pin: release n=$suite*
Pin-Priority: 600
PREFERENCES
  put 0644 root:root /etc/apt/sources.list.d/codeb-podman.sources <<SOURCES
Types: deb
URIs: $uri
Suites: $suite $suite-updates
Components: $components
Signed-By: $keyring

Types: deb
URIs: $security
Suites: $suite-security
Components: $components
Signed-By: $keyring
SOURCES
  lists_are_new=no
}
