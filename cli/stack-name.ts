import { z } from 'zod';

/** Goes to other programs as an argument: no option, no path, one line. Pulumi's are 100 characters at most. */
export const stackName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/, 'expected the name of a stack');
