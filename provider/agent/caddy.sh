# Caddy: one file a site. Files change only after Caddy runs the new configuration, so what it reads at boot is good.
caddy=/etc/caddy

# sites <name>…: payload <name>.caddy, whose first line is "# codeb site <addresses…>"
operation_sites() {
  lock caddy
  stage_sites
  merge_sites "$@"
  load_staged
  rm -rf "$caddy/codeb/.new"
  install -d "$caddy/codeb/.new"
  install -m 0644 -t "$caddy/codeb/.new" -- "${@/%/.caddy}"
  (cd "$caddy/codeb/.new" && mv -f -t .. -- "${@/%/.caddy}")
  rmdir "$caddy/codeb/.new"
}

# sites_fit <name,…> <name>…: the payload of `sites`; whether Caddy would take it once the first ones are gone
operation_sites_fit() {
  local name gone=${1//,/ }
  shift
  stage_sites
  for name in $gone; do rm -f "staged/codeb/$name.caddy"; done
  merge_sites "$@"
  adapt_staged
}

# unsite <name>…
operation_unsite() {
  local name
  lock caddy
  stage_sites
  for name in "$@"; do rm -f "staged/codeb/$name.caddy"; done
  load_staged
  for name in "$@"; do rm -f "$caddy/codeb/$name.caddy"; done
}

stage_sites() {
  [ -f "$caddy/Caddyfile" ] || not_prepared "$caddy/Caddyfile is missing: this server is not prepared yet"
  install -d staged/codeb
  cp "$caddy/Caddyfile" staged/
  cp "$caddy"/codeb/*.caddy staged/codeb/ 2>/dev/null || true
}

merge_sites() {
  refuse_taken_addresses "$@"
  cp -t staged/codeb -- "${@/%/.caddy}"
}

# One look at all first lines: a process for each pair of sites would cost more than all else.
refuse_taken_addresses() {
  local name others=() clash
  for name in staged/codeb/*.caddy; do
    [ ! -e "$name" ] || [ -e "${name##*/}" ] || others+=("$name")
  done
  clash=$(awk '
    FNR == 1 && /^# codeb site / {
      site = FILENAME; sub(/.*\//, "", site); sub(/\.caddy$/, "", site)
      for (i = 4; i <= NF; i++) {
        if ($i in holder) { printf "address \047%s\047 of site \047%s\047 is served by site \047%s\047 already", $i, site, holder[$i]; exit }
        holder[$i] = site
      }
      nextfile
    }' "${others[@]}" "${@/%/.caddy}")
  [ -z "$clash" ] || fail "$clash; nothing was changed"
}

adapt_staged() {
  if ! (cd staged && caddy adapt --config Caddyfile --adapter caddyfile) >config.json 2>errors; then
    sed -i "s|$PWD/staged/||g; s/^Error: //; s/.*\"msg\":\"\(.*\)\"}\$/\1/" errors
    fail "Caddy refuses the configuration; the one before is live and its files are untouched: $(tail -n 2 errors)"
  fi
}

# Caddy's admin API takes a whole configuration or none of it: https://caddyserver.com/docs/api#post-load
load_staged() {
  adapt_staged
  systemctl --quiet is-active caddy || systemctl start caddy
  if ! curl -sS --fail-with-body -m 60 -H 'Content-Type: application/json' --data-binary @config.json -o reply http://localhost:2019/load 2>errors; then
    fail "Caddy refuses to run the configuration; the one before is live and its files are untouched: $(cat reply errors 2>/dev/null)"
  fi
}
