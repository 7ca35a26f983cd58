# Caddy: one file a site. Files change only after Caddy runs the new configuration, so what it reads at boot is good.
caddy=/etc/caddy

# sites <name>…: payload <name>.caddy, whose first line is "# codeb site <addresses…>"
operation_sites() {
  local name
  stage_sites
  for name in "$@"; do
    refuse_taken_address "$name"
    cp "$name.caddy" "staged/codeb/$name.caddy"
  done
  load_staged
  for name in "$@"; do
    install -m 0644 "$name.caddy" "$caddy/codeb/.$name"
    mv -fT "$caddy/codeb/.$name" "$caddy/codeb/$name.caddy"
  done
}

# unsite <name>…
operation_unsite() {
  local name
  stage_sites
  for name in "$@"; do rm -f "staged/codeb/$name.caddy"; done
  load_staged
  for name in "$@"; do rm -f "$caddy/codeb/$name.caddy"; done
}

stage_sites() {
  [ -f "$caddy/Caddyfile" ] || fail "$caddy/Caddyfile is missing: this server is not prepared yet"
  lock caddy
  install -d staged/codeb
  cp "$caddy/Caddyfile" staged/
  cp "$caddy"/codeb/*.caddy staged/codeb/ 2>/dev/null || true
}

refuse_taken_address() {
  local address other
  for address in $(sed -n '1s/^# codeb site //p' "$1.caddy"); do
    for other in staged/codeb/*.caddy; do
      [ -e "$other" ] && [ "$other" != "staged/codeb/$1.caddy" ] || continue
      if [[ " $(sed -n '1s/^# codeb site //p' "$other") " == *" $address "* ]]; then
        other=${other##*/}
        fail "address '$address' of site '$1' is served by site '${other%.caddy}' already; nothing was changed"
      fi
    done
  done
}

# Caddy's admin API takes a whole configuration or none of it: https://caddyserver.com/docs/api#post-load
load_staged() {
  if ! (cd staged && caddy adapt --config Caddyfile --adapter caddyfile) >config.json 2>errors; then
    sed -i "s|$PWD/staged/||g; s/^Error: //; s/.*\"msg\":\"\(.*\)\"}\$/\1/" errors
    fail "Caddy refuses the configuration; the one before is live and its files are untouched: $(tail -n 2 errors)"
  fi
  systemctl --quiet is-active caddy || systemctl start caddy
  if ! curl -sS --fail-with-body -m 60 -H 'Content-Type: application/json' --data-binary @config.json -o reply http://localhost:2019/load 2>errors; then
    fail "Caddy refuses to run the configuration; the one before is live and its files are untouched: $(cat reply errors 2>/dev/null)"
  fi
}
