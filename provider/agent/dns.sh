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

# curl: payload is curl's configuration (curl(1), --config); prints the body and, last, the status on a line of its own.
operation_curl() {
  need_dns
  with_dns_secret | curl -sS -m 30 -K - -w '\n%{http_code}\n'
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
