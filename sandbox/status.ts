import type { Box } from './box.ts';
import { mustRun } from './run.ts';
import { sshArguments } from './ssh.ts';

const script = `
echo 'Units of the user codeb:'
systemctl --user -M codeb@ list-units --type=service --all --plain --no-legend |
  awk '$1 !~ /^(dbus|podman-|systemd-)/ { print "  " $1, $3 " (" $4 ")" }' | column -t -l 2
echo 'Sites:'
sed -s -n '1s/^# codeb site /  /p' /etc/caddy/codeb/*.caddy 2>/dev/null
echo 'Leased ports:'
for lease in /var/lib/codeb/leases/*; do [ ! -f "$lease" ] || echo "  \${lease##*/} $(cat "$lease")"; done
echo 'Zones:'
for zone in $(pdnsutil list-all-zones 2>/dev/null); do
  pdnsutil list-zone "$zone" 2>/dev/null | awk '$4 == "A" || $4 == "AAAA" { print "  " $1, $4, $5 }'
done
`;

/** What stands in the box now, as its own tools see it. */
export async function status(box: Box): Promise<string> {
  return (await mustRun('ssh', [...(await sshArguments(box)), 'bash -s'], { input: script })).trimEnd();
}
