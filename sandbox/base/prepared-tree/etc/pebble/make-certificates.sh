#!/bin/sh
# The certificate of Pebble's own HTTPS API, and the CA that an ACME client has to trust to reach it.
set -eu
cd /etc/pebble
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
  -subj '/CN=codeb sandbox: ACME API' -addext 'basicConstraints=critical,CA:TRUE' \
  -addext 'keyUsage=critical,keyCertSign' -keyout ca.key -out ca.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
  -subj '/CN=localhost' -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -addext 'basicConstraints=critical,CA:FALSE' \
  -CA ca.pem -CAkey ca.key -keyout localhost.key -out localhost.pem
rm ca.key
chmod 0644 ca.pem localhost.pem
