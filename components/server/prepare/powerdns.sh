# PowerDNS with its HTTP API on loopback: https://doc.powerdns.com/authoritative/settings.html
powerdns_api=http://127.0.0.1:8081/api/v1/servers/localhost
powerdns_file=/etc/powerdns/pdns.d/codeb.conf

prepare_powerdns() {
  local zone
  step 'PowerDNS'
  free_port_53
  # shellcheck disable=SC2086 # a list
  install_packages ${setting[powerdns_packages]}
  # One that already answers to our key is its owner's to configure.
  if [ -e "$powerdns_file" ] || ! powerdns_answers; then configure_powerdns; fi
  for zone in ${setting[zones]}; do
    step "zone $zone"
    prepare_zone "$zone"
  done
}

# The stub of systemd-resolved holds port 53 of 127.0.0.53, which no server on all addresses can then take.
free_port_53() {
  systemctl --quiet is-active systemd-resolved || return 0
  install -d /etc/systemd/resolved.conf.d
  put 0644 root:root /etc/systemd/resolved.conf.d/codeb.conf <<<$'[Resolve]\nDNSStubListener=no'
  case $(readlink /etc/resolv.conf) in
  *stub-resolv.conf) ln -sfnT /run/systemd/resolve/resolv.conf /etc/resolv.conf ;;
  esac
  serve systemd-resolved restart /etc/systemd/resolved.conf.d/codeb.conf
}

configure_powerdns() {
  local database=/var/lib/powerdns/codeb.sqlite3 other
  other=$(grep -hs '^launch+\?=.' /etc/powerdns/pdns.conf /etc/powerdns/pdns.d/*.conf --exclude "${powerdns_file##*/}" || true)
  [ -z "$other" ] || fail "PowerDNS runs with a backend of its own ($other) and its API on ${powerdns_api%/api*}" \
    "does not take the key of this stack: turn its API on with that key and run again; PowerDNS is as it was"
  if [ ! -e "$database" ]; then
    rm -f "$database.new"
    sqlite3 "$database.new" </usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql
    chown pdns:pdns "$database.new"
    chmod 0640 "$database.new"
    mv "$database.new" "$database"
  fi
  put 0640 root:pdns "$powerdns_file" <<CONFIGURATION
# Written by codeb.
launch=gsqlite3
gsqlite3-database=$database
default-soa-content=ns1.@ hostmaster.@ 0 10800 3600 604800 300
api=yes
api-key=$dns_secret
webserver=yes
webserver-address=127.0.0.1
webserver-port=8081
CONFIGURATION
  serve pdns restart "$powerdns_file"
  until_true 20 powerdns_answers || fail "PowerDNS's API on ${powerdns_api%/api*} does not answer to the key of this stack"
}

powerdns_answers() {
  powerdns GET '' >/dev/null 2>&1
}

# powerdns <method> <path> [<body>]: the key goes over standard input, never on the command line.
powerdns() {
  curl -sS --fail-with-body -m 20 -X "$1" -H 'Content-Type: application/json' ${3:+--data "$3"} -K - "$powerdns_api$2" \
    <<<"header = \"X-API-Key: $dns_secret\""
}

# The account marks a zone as ours; in another's zone nothing is changed here.
prepare_zone() {
  local zone=$1 about
  if ! about=$(powerdns GET "/zones/$zone.?rrsets=false" 2>/dev/null); then
    powerdns POST /zones "{\"name\":\"$zone.\",\"kind\":\"Native\",\"account\":\"codeb\",\"nameservers\":[\"ns1.$zone.\"]}" \
      >/dev/null
  elif [[ ! $about =~ \"account\":\ *\"codeb\" ]]; then
    return 0
  fi
  name_server_address "$zone" A "${setting[ipv4]}"
  [ -z "${setting[ipv6]:-}" ] || name_server_address "$zone" AAAA "${setting[ipv6]}"
}

name_server_address() {
  local set
  [ "$(dig +short +norecurse @127.0.0.1 "ns1.$1" "$2")" != "$3" ] || return 0
  set="{\"name\":\"ns1.$1.\",\"type\":\"$2\",\"ttl\":3600,\"changetype\":\"REPLACE\",\"records\":[{\"content\":\"$3\",\"disabled\":false}]}"
  powerdns PATCH "/zones/$1." "{\"rrsets\":[$set]}" >/dev/null
}
