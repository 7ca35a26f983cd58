#!/bin/bash
# The part of the official image's entrypoint that a deployment sees: https://hub.docker.com/_/postgres
set -euo pipefail

# value_of NAME DEFAULT: $NAME, or the contents of the file that ${NAME}_FILE names; both at once is an error.
value_of() {
  local name=$1 file_name="${1}_FILE"
  if [[ -n ${!name:-} && -n ${!file_name:-} ]]; then
    echo >&2 "error: both $name and $file_name are set (but are exclusive)"
    exit 1
  fi
  if [[ -n ${!file_name:-} ]]; then printf '%s' "$(<"${!file_name}")"; else printf '%s' "${!name:-$2}"; fi
}

if [[ ${1:-} == -* ]]; then set -- postgres "$@"; fi
if [[ ${1:-} != postgres ]]; then exec "$@"; fi

if [[ $(id -u) == 0 ]]; then
  install -d -m 0700 -o postgres -g postgres "$PGDATA"
  find "$PGDATA" \! -user postgres -exec chown postgres {} +
  install -d -m 3777 -o postgres -g postgres /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH" "$0" "$@"
fi

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  user=$(value_of POSTGRES_USER postgres)
  database=$(value_of POSTGRES_DB "$user")
  password=$(value_of POSTGRES_PASSWORD '')
  initdb_args=$(value_of POSTGRES_INITDB_ARGS '')
  host_auth=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [[ -z $password && $host_auth != trust ]]; then
    echo >&2 'Error: Database is uninitialized and superuser password is not specified.'
    echo >&2 '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.'
    exit 1
  fi
  # shellcheck disable=SC2086 # the variable holds several arguments
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --auth-local=trust --auth-host="$host_auth" $initdb_args
  printf '\nhost all all all %s\n' "$host_auth" >> "$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
  pg_ctl -w start -o "-c listen_addresses='' -p 5432"
  # For psql below, where the arguments of initdb ask for a password on the socket, too.
  export PGPASSWORD=${PGPASSWORD:-$password}
  if [[ $database != postgres ]]; then
    psql --username="$user" --dbname=postgres -v ON_ERROR_STOP=1 -v db="$database" <<< 'CREATE DATABASE :"db";'
  fi
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh) bash "$script" ;;
      *.sql) psql -v ON_ERROR_STOP=1 --no-password --username="$user" --dbname="$database" -f "$script" ;;
    esac
  done
  unset PGPASSWORD
  pg_ctl -m fast -w stop
  echo 'PostgreSQL init process complete; ready for start up.'
fi
unset POSTGRES_PASSWORD
exec "$@"
