/** Talks to the agent on the server: every request travels over one channel of the one SSH connection. */
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Client, ClientChannel } from 'ssh2';
import { pack } from 'tar-stream';
import { connect } from './connection.ts';
import { LostConnection, OperationError, Unreachable } from './operation-error.ts';
import type { Connection, ProviderConfig } from './schema.ts';

export type TarEntry = { path: string; content: string; mode: number };
export type Payload = { kind: 'text'; text: string } | { kind: 'tar'; entries: TarEntry[] };

const readyLine = 'codeb agent ready\n';
const answerHeader = /^(\d+) (\d+) (\d+)$/;
const parts = [
  'main',
  'lease',
  'password',
  'workload',
  'services',
  'sql-files',
  'migration',
  'caddy',
  'dns',
  'snapshot',
  'previews',
  'recovery',
];

function script(): string {
  const sources = parts.map((part) => readFileSync(new URL(`./agent/${part}.sh`, import.meta.url), 'utf8'));
  return `${sources.join('\n')}\nserve\n`;
}

type Waiting = { operation: string; resolve: (output: string) => void; reject: (error: Error) => void };

export class Agent {
  readonly #name: string;
  readonly #client: Client;
  readonly #channel: ClientChannel;
  readonly #waiting = new Map<number, Waiting>();
  #received = Buffer.alloc(0);
  #complaint = '';
  /** Until then all output is a login shell's. */
  #ready = false;
  #closed = false;
  #next = 1;

  private constructor(name: string, client: Client, channel: ClientChannel) {
    this.#name = name;
    this.#client = client;
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => this.#receive(chunk));
    channel.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk}`.slice(-2000);
    });
    channel.on('close', () => this.#abandon());
    client.on('error', (error) => {
      this.#complaint = error.message;
      this.#abandon();
    });
  }

  /** Connects, raises its privilege and sends the agent's script. */
  static async start({ connection, privilege }: Pick<ProviderConfig, 'connection' | 'privilege'>): Promise<Agent> {
    const client = await connect(connection);
    const source = Buffer.from(script());
    const shell = `bash -c 'eval "$(head -c ${source.length})"'`;
    const channel = await new Promise<ClientChannel>((resolve, reject) =>
      client.exec(privilege === 'sudo' ? `sudo -n ${shell}` : shell, (error, opened) =>
        error
          ? reject(new Unreachable(`server ${serverName(connection)} runs no command: ${error.message}`))
          : resolve(opened),
      ),
    );
    const agent = new Agent(serverName(connection), client, channel);
    channel.write(source);
    return agent;
  }

  /**
   * Runs one operation and returns what it printed.
   *
   * @param operation a function `operation_…` of the agent's script
   * @param parameters words without blanks; nothing secret, they can be seen in the server's process list
   * @throws OperationError with the server's own words; LostConnection if it ends before the answer
   */
  async request(operation: string, parameters: (string | number)[], payload?: Payload): Promise<string> {
    const body = await encode(payload ?? { kind: 'text', text: '' });
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { operation, resolve, reject });
      if (this.#closed) return this.#abandon();
      const header = [id, operation, payload?.kind ?? 'text', body.length, ...parameters].join(' ');
      this.#channel.write(Buffer.concat([Buffer.from(`${header}\n`), body]));
    });
  }

  close(): void {
    this.#channel.end();
    this.#client.end();
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (!this.#ready) {
      const at = this.#received.indexOf(readyLine);
      if (at < 0) return;
      this.#ready = true;
      this.#received = this.#received.subarray(at + readyLine.length);
    }
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end < 0) return;
      const header = answerHeader.exec(this.#received.toString('utf8', 0, end));
      if (!header) {
        this.#complaint = 'the agent answers in a way that is not its own';
        this.close();
        return;
      }
      const [id = 0, code = 0, length = 0] = header.slice(1).map(Number);
      if (this.#received.length < end + 1 + length) return;
      const output = this.#received.toString('utf8', end + 1, end + 1 + length);
      this.#received = this.#received.subarray(end + 1 + length);
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (code === 0) waiting?.resolve(output);
      else waiting?.reject(new OperationError(this.#name, waiting.operation, code, output));
    }
  }

  #abandon(): void {
    this.#closed = true;
    const hint = this.#whyGone();
    const Kind = this.#ready ? LostConnection : Unreachable;
    for (const { operation, reject } of this.#waiting.values()) {
      reject(new Kind(`server ${this.#name}, ${operation}: ${hint}`));
    }
    this.#waiting.clear();
  }

  #whyGone(): string {
    const complaint = this.#complaint.trim();
    if (this.#ready) {
      const reason = complaint || 'the connection closed';
      return `${reason}; what was under way runs to its end there, run the update again to see it through`;
    }
    if (/sudo: .*(password|not allowed|may not)/i.test(complaint)) {
      return `sudo asks for a password; expected a rule with NOPASSWD, or privilege 'root' (${complaint}); nothing was changed`;
    }
    const said = [complaint, this.#received.toString().trim()].filter(Boolean).join(', ') || 'not a word';
    return `the login works, but no shell came of it: ${said}; nothing was changed`;
  }
}

function serverName({ user, host, port }: Connection): string {
  return `${user}@${host}:${port}`;
}

async function encode(payload: Payload): Promise<Buffer> {
  if (payload.kind === 'text') return Buffer.from(payload.text);
  const archive = pack();
  for (const { path, content, mode } of payload.entries) archive.entry({ name: path, mode }, content);
  archive.finalize();
  return buffer(archive);
}
