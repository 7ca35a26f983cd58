/** Asks a site over and over while something else goes on. */
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two requests: the other side has work to do as well. */
const pace = 5;

/** The status, or 0 where the connection ended without an answer. */
function ask(port: number, host: string, ca: string | undefined): Promise<number> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, headers: { host }, agent: false, timeout: 30_000 } as const;
    const asked = ca === undefined ? request(options) : secureRequest({ ...options, ca, servername: host });
    asked.on('response', (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(0));
    asked.end();
  });
}

export interface Visit {
  /**
   * Ends it: how many requests were answered with success, and the status of the others (0: no answer). A request that
   * met a closing connection is sent once more, as browsers and proxies do: RFC 9110, 9.2.2. Go's server closes a new
   * connection unread when Caddy loads a configuration at that moment (net/http, `conn.serve`).
   */
  end(): Promise<{ served: number; repeated: number; lost: number[] }>;
}

/** @param ca certificate (PEM) to trust; without one, over plain HTTP */
export function visit(port: number, host: string, ca?: string): Visit {
  let over = false;
  const done = (async () => {
    let [served, repeated] = [0, 0];
    const lost: number[] = [];
    while (!over) {
      let status = await ask(port, host, ca);
      if (status === 0) {
        repeated++;
        status = await ask(port, host, ca);
      }
      if (status === 200) served++;
      else lost.push(status);
      await pause(pace);
    }
    return { served, repeated, lost };
  })();
  return {
    end: () => {
      over = true;
      return done;
    },
  };
}
