# DNS: the backends' own clients, asked from the server. Keys go over standard input, never as an argument.

dns_secret=$root/prepared/dns.secret

need_dns() {
  need_prepared
  [ -s "$dns_secret" ] || not_prepared "this server has no DNS secret in $dns_secret: it is not prepared for DNS yet; nothing was changed"
}

# Standard input with the server's DNS secret where it is named.
with_dns_secret() {
  substituted '{{dns secret}}' "$dns_secret"
}

# What was written to PowerDNS's zones since the server started: a file a zone, with a line "<name> <type>" a write.
dns_writes=/run/codeb-dns

ask_powerdns() {
  with_dns_secret | curl -sS -m 30 -K - -w '\n%{http_code}\n'
}

# lock_dns <zone> [--shared]: nobody reads a zone while another writes, so whoever reads it knows which writes it has seen.
lock_dns() {
  lock dns ${2:+"$2"}
  install -d "$dns_writes"
  [ -e "$dns_writes/$1" ] || : >"$dns_writes/$1"
}

# curl <zone>: payload is curl's configuration (curl(1), --config); prints the number of the zone's writes, the body and,
# last, the status on a line of its own.
operation_curl() {
  need_dns
  lock_dns "$1" --shared
  wc -l <"$dns_writes/$1"
  ask_powerdns
}

# write_zone <zone> <writes> <name> <type>: the same for a change of one record set; only says "written meanwhile" where
# it was written to after so many writes.
operation_write_zone() {
  need_dns
  lock_dns "$1"
  if awk -v seen="$2" -v rrset="$3 $4" 'NR > seen && $0 == rrset { found = 1 } END { exit !found }' "$dns_writes/$1"; then
    echo 'written meanwhile'
    return
  fi
  echo "$3 $4" >>"$dns_writes/$1"
  ask_powerdns
}

# nsupdate: payload is nsupdate(1)'s input, the TSIG key in it.
operation_nsupdate() {
  need_dns
  with_dns_secret | nsupdate -t 20
}

# transfer <server> <port> <zone>: payload is the TSIG key as named.conf(5) has it; prints the zone.
operation_transfer() {
  need_dns
  with_dns_secret | dig -k /dev/stdin +time=5 +tries=2 +onesoa +noall +comments +answer "@$1" -p "$2" "$3" AXFR
}

# dig <server> <port> <name> <type>: the record set as the server has it.
operation_dig() {
  need_dns
  dig +tcp +norecurse +time=5 +tries=2 +noall +comments +answer "@$1" -p "$2" "$3" "$4"
}
