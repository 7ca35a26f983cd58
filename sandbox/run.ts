import { spawn } from 'node:child_process';

/** How a child process ended. `code` is 128 + n when signal n ended it, as in a shell. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Written to standard input, which is then closed. */
  readonly input?: string | Buffer;
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the process is killed; none by default. */
  readonly deadline?: number;
  /** Called with each line of both streams as it comes. */
  readonly onLine?: (line: string) => void;
}

const SIGNAL_BASE = 128;
const SIGTERM_NUMBER = 15;
const SHOWN_LINES = 15;

/** Runs a program to its end; rejects only if it cannot be started. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.deadline === undefined ? {} : { timeout: options.deadline }),
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      let partial = '';
      child[name].setEncoding('utf8');
      child[name].on('data', (chunk: string) => {
        output[name] += chunk;
        if (options.onLine === undefined) return;
        const lines = (partial + chunk).split(/\r?\n/);
        partial = lines.pop() ?? '';
        lines.forEach(options.onLine);
      });
    }
    // A process that ends without reading its input is not an error of ours: its exit code tells.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? SIGNAL_BASE + SIGTERM_NUMBER, ...output }));
  });
}

/**
 * Runs a program that has to succeed and returns its standard output.
 * @throws Error naming the command, its exit code and its last lines.
 */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await run(command, args, options);
  if (result.code === 0) return result.stdout;
  const last = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-SHOWN_LINES).join('\n');
  throw new Error(`${command} ${args.slice(0, 3).join(' ')}: exit code ${result.code}\n${last}`);
}

/** Whether a program of this name is on PATH. */
export async function isOnPath(command: string): Promise<boolean> {
  return (await run('sh', ['-c', 'command -v "$1"', 'sh', command])).code === 0;
}
