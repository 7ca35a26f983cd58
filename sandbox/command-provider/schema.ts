/** The inputs of `command:remote:Command`, as in the schema of the official provider, version 1.2.1. */
import { z } from 'zod';

const endpoint = {
  host: z.string(),
  port: z.number().default(22),
  user: z.string().default('root'),
  password: z.string().optional(),
  privateKey: z.string().optional(),
  privateKeyPassword: z.string().optional(),
  agentSocketPath: z.string().optional(),
  /** As in authorized_keys(5); without one any host key is taken. */
  hostKey: z.string().optional(),
  /** How often a server that cannot be reached is tried again; -1 for ever. */
  dialErrorLimit: z.int().default(10),
  /** Seconds; 0 means no limit. */
  perDialTimeout: z.int().default(15),
};

export const remoteCommand = z.strictObject({
  connection: z.strictObject({ ...endpoint, proxy: z.strictObject(endpoint).optional() }),
  create: z.string().optional(),
  update: z.string().optional(),
  delete: z.string().optional(),
  stdin: z.string().optional(),
  logging: z.enum(['stdout', 'stderr', 'stdoutAndStderr', 'none']).optional(),
  triggers: z.array(z.json()).optional(),
  addPreviousOutputInEnv: z.boolean().optional(),
  environment: z
    .record(z.string(), z.string())
    .refine((variables) => Object.keys(variables).length === 0, {
      message: 'sshd refuses variables that its AcceptEnv does not name: put them into the command',
    })
    .optional(),
});

export type RemoteCommand = z.output<typeof remoteCommand>;
export type Connection = RemoteCommand['connection'];
export type Endpoint = NonNullable<Connection['proxy']>;
