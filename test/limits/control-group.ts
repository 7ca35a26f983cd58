/** What the kernel says of a unit of the account `codeb`: https://docs.kernel.org/admin-guide/cgroup-v2.html */
import type { Box } from '../../sandbox/box.ts';

/** The login's own bus would be asked in place of the account's. */
const asAccount = 'runuser -u codeb -- env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR=/run/user/$(id -u codeb)';

export class ControlGroup {
  readonly #box: Box;
  readonly unit: string;

  /** @param unit without `.service` */
  constructor(box: Box, unit: string) {
    this.#box = box;
    this.unit = unit;
  }

  /** Runs a command as the account, with its systemd. */
  run(command: string) {
    return this.#box.exec(`cd / && ${asAccount} ${command}`);
  }

  /** Runs a command of Podman's, in a unit of its own: from elsewhere the kernel lets nobody into a container's group. */
  podman(command: string) {
    return this.run(`systemd-run --user --quiet --pipe --wait --collect --expand-environment=no podman ${command}`);
  }

  /** Runs a command in the unit's container. */
  inside(command: string) {
    return this.podman(`exec ${this.unit} ${command}`);
  }

  /** Properties of the unit: systemctl(1), systemd.resource-control(5). */
  async properties<Name extends string>(...names: Name[]): Promise<Partial<Record<Name, string>>> {
    const options = names.map((name) => `-p ${name}`).join(' ');
    const { stdout } = await this.run(`systemctl --user show ${options} ${this.unit}.service`);
    const found: Partial<Record<Name, string>> = {};
    for (const name of names) found[name] = new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1];
    return found;
  }

  /** The group's files, each of which is a single value. */
  async values(...files: string[]): Promise<string[]> {
    return (await this.#read(files)).split('\n');
  }

  /** One of the group's files, which is lines of a name and a number. */
  async numbers(file: string): Promise<Record<string, number>> {
    const lines = (await this.#read([file])).split('\n').map((line) => line.split(' '));
    return Object.fromEntries(lines.map(([name = '', number]) => [name, Number(number)]));
  }

  /** The group in which the container's first process is. */
  async ofContainer(): Promise<string> {
    const pid = `$(${asAccount} podman inspect --format '{{.State.Pid}}' ${this.unit})`;
    return (await this.#box.exec(`cd / && cat /proc/${pid}/cgroup`)).stdout.trim().replace(/^0::/, '');
  }

  async #read(files: string[]): Promise<string> {
    const path = `/sys/fs/cgroup$(${asAccount} systemctl --user show -p ControlGroup --value ${this.unit}.service)`;
    const { code, stdout, stderr } = await this.#box.exec(`cd / && cd "${path}" && cat ${files.join(' ')}`);
    if (code !== 0) throw new Error(`the kernel does not tell ${files.join(', ')} of ${this.unit}: ${stderr.trim()}`);
    return stdout.trim();
  }
}
