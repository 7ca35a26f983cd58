import type { Box } from './box.ts';
import { mustRun } from './run.ts';
import { sshArguments } from './ssh.ts';

const script = `
echo 'Units of the user codeb:'
cd /var/lib/codeb/home/.config/containers/systemd 2>/dev/null &&
  find . -type f | sed -n 's,.*/,,; s/\\.container$/.service/p; s/\\.\\(pod\\|network\\|volume\\)$/-\\1.service/p' | sort |
  xargs -r systemctl --user -M codeb@ show -P Id -P ActiveState -P SubState |
  awk 'NF { word[n++] = $1 } n == 3 { printf "  %-45s %s (%s)\\n", word[0], word[1], word[2]; n = 0 }'
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
