import type { BenchServer } from './server.ts';

const times = 5;
/** Milliseconds for all of it. */
const deadline = 60_000;

const script = `
cd /
account() {
  runuser -u codeb -- env XDG_RUNTIME_DIR="/run/user/$(id -u codeb)" "$@"
}
units=~codeb/.config/containers/systemd/bench
account mkdir -p "$units"
printf '%s\\n' '[Container]' Image=ghcr.io/codeb/sample-app:1.0.0 RunInit=true PublishPort=127.0.0.1:3999:3000 \\
  >"$units/bench-app.container"
account podman pull -q ghcr.io/codeb/sample-app:1.0.0 >/dev/null
account systemctl --user daemon-reload
for time in $(seq ${times}); do
  began=$EPOCHREALTIME
  account systemctl --user start bench-app
  until curl -fsS -o /dev/null http://127.0.0.1:3999/healthz 2>/dev/null; do sleep 0.01; done
  echo "$began $EPOCHREALTIME"
  account systemctl --user stop bench-app
done
rm -r "$units"
account systemctl --user daemon-reload
`;

/** Seconds from `systemctl start` of one app container until it answers, each time: no tool has a part in it. */
export async function containerStarts(server: BenchServer): Promise<number[]> {
  const lines = (await server.must(script, deadline)).trim().split('\n');
  return lines.map((line) => {
    const [began = Number.NaN, ended = Number.NaN] = line.split(' ').map(Number);
    return ended - began;
  });
}
