# The user that owns every workload: no login, no password, its own range of user ids for its containers.

prepare_account() {
  step 'user codeb'
  install -d -m 0711 "$root"
  install -d -m 0700 "$root/prepared" "$root/locks"
  install -d -m 0711 "$root/projects"
  if ! id codeb >/dev/null 2>&1; then
    useradd --system --user-group --home-dir "$root/home" --shell /usr/sbin/nologin --comment 'codeb workloads' codeb
  fi
  install -d -m 0700 -o codeb -g codeb "$root/home"
  install -d -m 0755 -o codeb -g codeb "$root/templates"
  grep -q '^codeb:' /etc/subuid || usermod --add-subuids "$(free_ids)" codeb
  grep -q '^codeb:' /etc/subgid || usermod --add-subgids "$(free_ids)" codeb
  # Its systemd runs from boot to shutdown: loginctl(1), enable-linger.
  [ -e /var/lib/systemd/linger/codeb ] || loginctl enable-linger codeb
  # That of who logs in as well: its start would be a fifth of a second of each login, and so of each preview.
  [ -e "/var/lib/systemd/linger/${SUDO_USER:-root}" ] || loginctl enable-linger "${SUDO_USER:-root}"
  systemctl start "user@$(id -u codeb).service"
  until_true 20 test -S "/run/user/$(id -u codeb)/bus" || fail 'the systemd of the user codeb does not come up'
}

# PowerDNS's API key or BIND9's TSIG secret (base64): the given one, or one of this server's own, which never leaves it.
keep_dns_secret() {
  local file=$root/prepared/dns.secret
  [ -n "$dns_secret" ] || dns_secret=$(cat "$file" 2>/dev/null || head -c 32 /dev/urandom | base64 -w 0)
  put 0600 root:root "$file" <<<"$dns_secret"
}

# What is sealed for this server alone is opened with it: age(1).
keep_seal_key() {
  local file=$root/prepared/seal.key
  [ -s "$file" ] || age-keygen 2>/dev/null | put 0600 root:root "$file"
}

# The first 65536 ids above every range that is given away: subuid(5).
free_ids() {
  touch /etc/subuid /etc/subgid
  awk -F: '{ end = $2 + $3; if (end > first) first = end }
    END { if (first < 100000) first = 100000; print first "-" first + 65535 }' /etc/subuid /etc/subgid
}
