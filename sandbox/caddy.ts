import { cached } from './downloads.ts';
import { buildGoProgram } from './go.ts';
import type { Progress } from './progress.ts';

const VERSION = 'v2.11.9';
const PACKAGE = 'github.com/caddyserver/caddy/v2/cmd/caddy';

/** A Caddy newer than Debian's (2.6, which drops WebSockets on every reload), built from its Go module in about a minute. */
export function findCaddy(progress: Progress): Promise<string> {
  // Built outside its own repository it would answer `unknown` to `caddy version`.
  const ldflags = `-X github.com/caddyserver/caddy/v2.CustomVersion=${VERSION}`;
  return cached(`caddy-${VERSION}`, (path) =>
    progress.step(`build Caddy ${VERSION}`, (say) =>
      buildGoProgram({ package: PACKAGE, version: VERSION, ldflags }, path, say),
    ),
  );
}
