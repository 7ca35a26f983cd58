# Caddy: the one public listener. Sites are files of their own, written by the provider.

prepare_caddy() {
  step 'Caddy'
  install_caddy
  keep_connections
  install -d -m 0755 /etc/caddy/codeb
  # The provider holds this lock from loading a site until its file is in place.
  exec 8>"$root/locks/caddy"
  flock 8
  if is_our_caddyfile; then write_caddyfile; fi
  serve caddy reload-or-restart /etc/caddy/Caddyfile
  exec 8>&-
}

# At a reload Caddy opens its socket anew and closes the old one; connections that wait in it then move over to the new
# one instead of being reset: https://docs.kernel.org/networking/ip-sysctl.html, tcp_migrate_req.
keep_connections() {
  local switch=/proc/sys/net/ipv4/tcp_migrate_req
  [ -w "$switch" ] || return 0
  put 0644 root:root /etc/sysctl.d/60-codeb.conf <<<'net.ipv4.tcp_migrate_req = 1'
  [ "$(<"$switch")" = 1 ] || echo 1 >"$switch"
}

caddy_version() {
  if command -v caddy >/dev/null; then caddy version | sed 's/^v\([0-9.]*\).*/\1/'; else echo 0; fi
}

# Debian's own is older than 2.7, which drops WebSockets at every reload. Source: https://caddyserver.com/docs/install
install_caddy() {
  local keyring=/usr/share/keyrings/caddy-stable-archive-keyring.asc
  at_least "$(caddy_version)" 2.7 && return 0
  curl -fsSL --retry 3 https://dl.cloudsmith.io/public/caddy/stable/gpg.key | put 0644 root:root "$keyring"
  put 0644 root:root /etc/apt/sources.list.d/caddy-stable.sources <<SOURCES
Types: deb
URIs: https://dl.cloudsmith.io/public/caddy/stable/deb/debian
Suites: any-version
Components: main
Signed-By: $keyring
SOURCES
  lists_are_new=no
  update_lists
  apt_get install -y caddy
  at_least "$(caddy_version)" 2.7 || fail "expected Caddy 2.7 or later, this is $(caddy_version)"
}

# The owner's own Caddyfile stays as it is, if only it imports our sites.
is_our_caddyfile() {
  local file=/etc/caddy/Caddyfile packaged
  [ -s "$file" ] || return 0
  head -n 1 "$file" | grep -q '^# Written by codeb' && return 0
  packaged=$(dpkg-query -W -f '${Conffiles}\n' caddy 2>/dev/null | awk -v file="$file" '$1 == file { print $2 }')
  [ "$(md5sum <"$file")" = "$packaged  -" ] && return 0
  grep -q '^import codeb/\*\.caddy' "$file" && return 1
  fail "$file holds sites of its own: add the line 'import codeb/*.caddy' to it and run again; Caddy is as it was"
}

# Who asks from there passes visitors' requests on: https://www.cloudflare.com/ips/. From anywhere else such a header is
# not believed: https://caddyserver.com/docs/caddyfile/options#trusted-proxies
cloudflare_proxies=(
  173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 190.93.240.0/20
  188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 172.64.0.0/13 131.0.72.0/22
  2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 2a06:98c0::/29 2c0f:f248::/32
)

write_caddyfile() {
  local new=/etc/caddy/.Caddyfile.codeb
  {
    echo '# Written by codeb. Sites are files of their own below codeb/.'
    echo '{'
    printf '\temail %s\n' "${setting[acme_email]}"
    [ -z "${setting[acme_directory]:-}" ] || printf '\tacme_ca %s\n' "${setting[acme_directory]}"
    [ -z "${setting[acme_root]:-}" ] || printf '\tacme_ca_root %s\n' "${setting[acme_root]}"
    printf '\tservers {\n\t\ttrusted_proxies static %s\n\t\tclient_ip_headers CF-Connecting-IP\n\t}\n' "${cloudflare_proxies[*]}"
    echo '}'
    echo 'import codeb/*.caddy'
  } >"$new"
  if ! cmp -s "$new" /etc/caddy/Caddyfile; then
    quiet runuser -u caddy -- env HOME=/var/lib/caddy caddy validate --config "$new" --adapter caddyfile
    put 0644 root:root /etc/caddy/Caddyfile <"$new"
  fi
  rm "$new"
}
