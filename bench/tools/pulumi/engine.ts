import { z } from 'zod';

/** How a run starts the engine: what the Automation API would give to the CLI. Kept in `engine.json`. */
export const engine = z.object({
  cli: z.string(),
  workDir: z.string(),
  env: z.record(z.string(), z.string()),
});
