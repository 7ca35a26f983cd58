/** Asks a site over and over while something else goes on. */
import { request } from 'node:http';

function ask(port: number, host: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, headers: { host }, agent: false, timeout: 30_000 }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(0));
    asked.end();
  });
}

export interface Visit {
  /** Ends it: how many requests were answered with success, and the status of the others (0: no answer). */
  end(): Promise<{ served: number; lost: number[] }>;
}

export function visit(port: number, host: string): Visit {
  let over = false;
  const done = (async () => {
    let served = 0;
    const lost: number[] = [];
    while (!over) {
      const status = await ask(port, host);
      if (status === 200) served++;
      else lost.push(status);
    }
    return { served, lost };
  })();
  return {
    end: () => {
      over = true;
      return done;
    },
  };
}
