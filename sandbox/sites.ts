import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { type Box, stateFolder } from './box.ts';
import type { Progress } from './progress.ts';
import { waitFor } from './wait.ts';

/** Milliseconds for the first certificate: an order, a challenge and a download at the CA. */
const CERTIFICATE_DEADLINE = 120_000;
const ANSWER_DEADLINE = 10_000;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks a URL of a site as a browser would, but at a published port of its server and trusting this CA. */
export function askSite(server: Pick<Box, 'host' | 'httpsPort'>, url: string, ca: string): Promise<Answer> {
  const { hostname, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{
          host: server.host,
          port: server.httpsPort,
          servername: hostname,
          path: pathname,
          headers: { host: hostname },
        },
        ...{ ca, agent: false, timeout: ANSWER_DEADLINE },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`${url} does not answer`)));
    asked.on('error', reject);
    asked.end();
  });
}

/**
 * The answer of each site over HTTPS, by its URL; waits until each has its certificate.
 * @throws Error that names the site, with what went wrong last as its cause.
 */
export async function askSites(box: Box, urls: readonly string[], progress: Progress): Promise<Map<string, Answer>> {
  const ca = await box.acmeRoot();
  await writeFile(acmeRootPath(box), ca);
  const answers = new Map<string, Answer>();
  for (const url of urls) {
    const answer = await progress.step(`ask ${url}`, () =>
      waitFor(url, CERTIFICATE_DEADLINE, () => askSite(box, url, ca)),
    );
    answers.set(url, answer);
  }
  return answers;
}

/** For `curl --cacert`. */
export const acmeRootPath = (box: Box): string => join(stateFolder(box.name), 'acme-root.pem');
