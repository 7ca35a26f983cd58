/**
 * The Debian packages that a codeb server is made of, by purpose. Caddy is not among them: it comes from its own
 * package source, because Debian's is older than 2.7.
 */
export const packages = {
  /** Podman 5 with Quadlet and what has to be as new as it is: from one release, all of them. */
  podman: ['podman', 'crun', 'netavark', 'aardvark-dns', 'catatonit', 'passt'],
  /** For containers without root. Source: https://github.com/containers/podman, docs/tutorials/rootless_tutorial.md */
  rootless: ['nftables', 'iptables', 'uidmap', 'dbus-user-session', 'libpam-systemd'],
  /** What the `codeb` provider runs over SSH. */
  tools: ['ca-certificates', 'curl', 'iproute2', 'procps', 'tar', 'util-linux', 'bind9-dnsutils', 'age'],
  powerdns: ['pdns-server', 'pdns-backend-sqlite3', 'sqlite3'],
  bind9: ['bind9'],
} as const;

/** In place of Podman on a server with engine docker. */
export const dockerPackages = {
  /** For the systemd of the user `codeb`. */
  account: ['dbus-user-session', 'libpam-systemd'],
  /** The daemon, and what loads its AppArmor profile where the kernel has that; its client is extra in some releases. */
  daemon: ['docker.io', 'apparmor'],
} as const;
