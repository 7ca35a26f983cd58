/** Says what the sandbox does while it does it. */
export interface Progress {
  /** Runs `work` under a title; `say` shows what it is at. A failure is shown and thrown on. */
  step<T>(title: string, work: (say: (detail: string) => void) => Promise<T>): Promise<T>;
  /** Shows a line of its own, also in the middle of a step. */
  line(text: string): void;
}

/** Shows nothing: for tests. */
export const silent: Progress = { step: (_title, work) => work(() => {}), line: () => {} };

const SECOND = 1000;
const CLEAR_LINE = '\r\x1b[K';

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Progress on a terminal: one line a step, with its elapsed seconds, rewritten in place.
 * Elsewhere (a log, CI) plain lines: one when the step begins, one when it ends.
 * Colour is left out where NO_COLOR is set and not empty: https://no-color.org
 */
export function terminalProgress(out: Terminal = process.stderr, env: NodeJS.ProcessEnv = process.env): Progress {
  const live = out.isTTY === true && env.TERM !== 'dumb';
  const colour = live && !env.NO_COLOR;
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const [GREEN, RED, DIM] = [32, 31, 2];

  return {
    line(text) {
      out.write(`${live ? CLEAR_LINE : ''}${text}\n`);
    },

    async step(title, work) {
      const began = Date.now();
      const elapsed = (): string => `${((Date.now() - began) / SECOND).toFixed(1)} s`;
      let detail = '';
      const draw = (): void => {
        const line = `… ${title} ${elapsed()} ${detail}`;
        out.write(CLEAR_LINE + paint(DIM, line.slice(0, (out.columns ?? 80) - 1)));
      };
      const timer = live ? setInterval(draw, SECOND / 5) : undefined;
      if (!live) out.write(`... ${title}\n`);
      const finish = (mark: string): void => {
        clearInterval(timer);
        out.write(`${live ? CLEAR_LINE : ''}${mark} ${title} (${elapsed()})\n`);
      };
      try {
        const value = await work((text) => {
          detail = text;
        });
        finish(paint(GREEN, live ? '✓' : 'ok '));
        return value;
      } catch (error) {
        finish(paint(RED, live ? '✗' : 'failed'));
        throw error;
      }
    },
  };
}
