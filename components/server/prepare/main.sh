# The steps, in order.

# shellcheck disable=SC2086 # a list
prepare() {
  step 'tools'
  install_packages ${setting[tool_packages]}
  case ${setting[engine]} in
  quadlet)
    install_podman
    prepare_account
    ;;
  docker)
    install_packages ${setting[account_packages]}
    prepare_account
    prepare_docker
    ;;
  esac
  prepare_caddy
  keep_dns_secret
  keep_seal_key
  case ${setting[dns]} in
  powerdns) prepare_powerdns ;;
  bind9) prepare_bind9 ;;
  # The name server is another machine's.
  elsewhere) ;;
  esac
  echo "recipient: $(age-keygen -y "$root/prepared/seal.key")"
  step "ready: $PRETTY_NAME, $(engine_version), Caddy $(caddy_version)"
  if command -v ufw >/dev/null && ufw status | grep -q '^Status: active'; then
    echo 'note: ufw is active and left as it is; visitors need 80/tcp, 443/tcp and, for DNS, 53/udp and 53/tcp'
  fi
}

prepare
