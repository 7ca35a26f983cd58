# DNS: the backends' own clients, asked from the server. Keys come over standard input, never as an argument.

# curl: payload is curl's configuration (curl(1), --config); prints the body and, last, the status on a line of its own.
operation_curl() {
  curl -sS -m 30 -K - -w '\n%{http_code}\n'
}

# nsupdate <server> <port>: payload is nsupdate(1)'s input, the TSIG key in it.
operation_nsupdate() {
  nsupdate -t 20
}

# dig <server> <port> <name> <type>: the record set as the server has it.
operation_dig() {
  dig +tcp +norecurse +time=5 +tries=2 +noall +comments +answer "@$1" -p "$2" "$3" "$4"
}
