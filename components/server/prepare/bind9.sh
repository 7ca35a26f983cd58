# BIND9 for dynamic updates (RFC 2136) signed with TSIG. Source: the BIND 9 Administrator Reference Manual, "Dynamic Update".

prepare_bind9() {
  local file=/etc/bind/codeb.conf
  step "BIND9 on port ${setting[dns_port]}"
  # shellcheck disable=SC2086 # a list
  install_packages ${setting[bind9_packages]}
  # Beside another DNS server it listens on loopback alone.
  if [ "${setting[dns_port]}" != 53 ]; then
    bind9_options | put 0644 root:bind /etc/bind/named.conf.options
  fi
  bind9_key | put 0640 root:bind /etc/bind/codeb.key
  bind9_zones >"$file.zones"
  put 0644 root:bind "$file" <"$file.zones"
  rm "$file.zones"
  grep -qxF "include \"$file\";" /etc/bind/named.conf.local || echo "include \"$file\";" >>/etc/bind/named.conf.local
  quiet named-checkconf /etc/bind/named.conf
  serve named restart "$file" /etc/bind/codeb.key /etc/bind/named.conf.options
}

bind9_options() {
  cat <<OPTIONS
// Written by codeb.
options {
	directory "/var/cache/bind";
	listen-on port ${setting[dns_port]} { 127.0.0.1; };
	listen-on-v6 { none; };
	recursion no;
};
OPTIONS
}

bind9_key() {
  cat <<KEY
key "${setting[tsig_name]}" {
	algorithm ${setting[tsig_algorithm]};
	secret "$dns_secret";
};
KEY
}

# Our zones; one that BIND9 has from elsewhere stays its owner's.
bind9_zones() {
  local zone known=/etc/bind/codeb.conf served
  served=$(named-checkconf -l /etc/bind/named.conf 2>/dev/null | cut -d ' ' -f 1 || true)
  echo 'include "/etc/bind/codeb.key";'
  for zone in ${setting[zones]}; do
    if grep -qxF "$zone" <<<"$served" && ! grep -qsF "zone \"$zone\"" "$known"; then continue; fi
    [ -e "/var/lib/bind/$zone.zone" ] || bind9_zone_file "$zone" | put 0644 bind:bind "/var/lib/bind/$zone.zone"
    cat <<ZONE
zone "$zone" {
	type primary;
	file "/var/lib/bind/$zone.zone";
	// The types that the provider's record sets have, and no other.
	update-policy { grant "${setting[tsig_name]}" zonesub A AAAA CNAME TXT MX CAA; };
	// The sweep of previews lists the zone.
	allow-transfer { key "${setting[tsig_name]}"; };
};
ZONE
  done
}

bind9_zone_file() {
  cat <<ZONE
\$ORIGIN $1.
\$TTL 300
@	IN	SOA	ns1 hostmaster 1 10800 3600 604800 300
@	IN	NS	ns1
ns1	IN	A	${setting[ipv4]}
ZONE
  [ -z "${setting[ipv6]:-}" ] || printf 'ns1\tIN\tAAAA\t%s\n' "${setting[ipv6]}"
}
