/** `PAYLOAD=… node cli/request.ts deploy|preview`: a request of a hosted project as the outputs of a step. */
import { hostedProjects } from '../stacks/projects.ts';
import { outputsOf } from './deploy-request.ts';

const [, , kind] = process.argv;
try {
  if (kind !== 'deploy' && kind !== 'preview') throw new Error("expected 'deploy' or 'preview'");
  const outputs = outputsOf(kind, JSON.parse(process.env.PAYLOAD ?? ''), hostedProjects);
  for (const [name, value] of Object.entries(outputs)) process.stdout.write(`${name}=${value}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
