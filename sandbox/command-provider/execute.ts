import type { Client, ClientChannel } from 'ssh2';
import { dial } from './dial.ts';
import type { RemoteCommand } from './schema.ts';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

const shownLines = 15;
const shownCommand = 200;

/**
 * Runs a command in the login shell of the server's user, with `stdin` as its standard input.
 * @throws Error with the exit code and the last lines of what it wrote, without its standard input.
 */
export async function execute(
  { connection, stdin = '', logging = 'stdoutAndStderr' }: RemoteCommand,
  command: string,
  show: (line: string) => void,
): Promise<Output> {
  const client = await dial(connection);
  try {
    const { channel, ended } = await openChannel(client, command);
    const written = { stdout: '', stderr: '', both: '' };
    for (const [name, stream] of [['stdout', channel] as const, ['stderr', channel.stderr] as const]) {
      const shown = logging === name || logging === 'stdoutAndStderr';
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        written[name] += text;
        written.both += text;
        if (shown) for (const line of text.trimEnd().split('\n')) show(line);
      });
    }
    channel.end(stdin);
    const failure = await ended;
    if (failure !== undefined) {
      const { user, host, port } = connection;
      const last = written.both.trimEnd().split('\n').slice(-shownLines).join('\n');
      throw new Error(`${user}@${host}:${port}: ${failure}: running "${command.slice(0, shownCommand)}":\n${last}`);
    }
    return { stdout: written.stdout.replace(/\n$/, ''), stderr: written.stderr.replace(/\n$/, '') };
  } finally {
    client.end();
  }
}

interface Opened {
  readonly channel: ClientChannel;
  /** Listened for from the start: a short command's exit may be read in the same breath as the channel's opening. */
  readonly ended: Promise<string | undefined>;
}

function openChannel(client: Client, command: string): Promise<Opened> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) =>
      error ? reject(error) : resolve({ channel, ended: howItEnds(client, channel) }),
    );
  });
}

/** Undefined for success. A channel that closes without a word on how it ended was cut off. */
function howItEnds(client: Client, channel: ClientChannel): Promise<string | undefined> {
  return new Promise((resolve) => {
    let failure: string | undefined = 'the connection was cut off';
    channel.on('exit', (code: number | null, signal?: string) => {
      failure = code === 0 ? undefined : code === null ? `killed by ${signal}` : `exit code ${code}`;
    });
    channel.on('close', () => resolve(failure));
    client.on('error', (error) => {
      failure = `the connection was cut off (${error.message})`;
      resolve(failure);
    });
  });
}
