/** A worker that takes what it is told to take: a shell and its tools in one file, pushed to the registry of a box. */
import { quoted } from '../../components/server/preparation.ts';
import type { Box } from '../../sandbox/box.ts';

const tools = '/bin/busybox';

/** In the background, holding none of the streams that whoever started it waits for. */
const apart = '</dev/null >/dev/null 2>&1 &';

/** What a player's code may be as well. Each takes a bounded amount, so that without its limit it comes to its end. */
export const greedy = {
  /** Takes so many megabytes and gives them back. */
  memory: (megabytes: number) => `${tools} dd if=/dev/zero of=/dev/null bs=${megabytes}M count=1`,
  /** Starts so many processes that do nothing, and says when all of them are there; they outlive it. */
  tasks: (count: number) =>
    shell(`i=0; while [ $i -lt ${count} ]; do ${tools} sleep 3600 ${apart} i=$((i + 1)); done; echo all are there`),
  /** Starts so many processes that compute until the worker is stopped. */
  processor: (count: number) =>
    shell(`i=0; while [ $i -lt ${count} ]; do while :; do :; done ${apart} i=$((i + 1)); done`),
  /** The names of the network interfaces. */
  interfaces: () => `${tools} ls /sys/class/net`,
  /** Asks an address by HTTP. */
  ask: (address: string) => `${tools} wget -q -T 5 -O - http://${address}/`,
  /** Does nothing. */
  nothing: () => `${tools} true`,
} as const;

/** Megabytes that the worker itself takes when it gets SIGUSR1. */
export const ownAppetite = 512;

const waits = `trap 'exec ${greedy.memory(ownAppetite)}' USR1; while :; do ${tools} sleep 1 & wait $!; done`;

/** Makes the image on the box and pushes it under each of the references, all of them below `ghcr.io`. */
export async function pushGreedyWorker(box: Box, references: readonly string[]): Promise<void> {
  const changes = [`ENTRYPOINT ${JSON.stringify([tools, 'sh', '-c', waits])}`, 'USER 65532:65532'];
  const imported = ['podman import --quiet', ...changes.map((change) => `--change ${quoted(change)}`), '- greedy'];
  const pushes = references.map(
    (reference) => `podman push --quiet --tls-verify=false localhost/greedy 127.0.0.1:5000/${reference}`,
  );
  const script = ['set -eo pipefail', `tar -C /usr -c ${tools.slice(1)} | ${imported.join(' ')}`, ...pushes];
  const { code, stderr } = await box.exec(script.join('\n'));
  if (code !== 0) throw new Error(`the greedy worker cannot be made: ${stderr.trim()}`);
}

function shell(script: string): string {
  return `${tools} sh -c ${quoted(script)}`;
}
