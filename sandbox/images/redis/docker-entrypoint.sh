#!/bin/sh
# The official image's entrypoint, by its meaning: https://hub.docker.com/_/redis
set -eu
# Bare options and a configuration file mean redis-server.
case "${1:-}" in -* | *.conf) set -- redis-server "$@" ;; esac
if [ "${1:-}" != redis-server ]; then exec "$@"; fi
umask 0077
# Without a configuration file Redis refuses clients from outside; the official image is built with that turned off.
case "${2:-}" in '' | -*) shift; set -- redis-server --protected-mode no "$@" ;; esac
if [ "$(id -u)" != 0 ]; then exec "$@"; fi
find . \! -user redis -exec chown redis {} +
exec setpriv --reuid=redis --regid=redis --init-groups "$@"
