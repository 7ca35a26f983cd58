import { createRequire } from 'node:module';
import { z } from 'zod';

/** The version of the SDK that the program uses: the engine warns when a plugin says that it is older. */
export function sdkVersion(provider: string): string {
  const found: unknown = createRequire(import.meta.url)(`@pulumi/${provider}/package.json`);
  return z.object({ version: z.string() }).parse(found).version;
}
