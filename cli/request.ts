/** `PAYLOAD=… node cli/request.ts deploy|preview`: a request of a hosted project as the outputs of a step. */
import { Argument, Command } from 'commander';
import { hostedProjects } from '../stacks/projects.ts';
import { outputsOf, type RequestKind, requests } from './deploy-request.ts';
import { fail } from './fail.ts';

function payload(): unknown {
  try {
    return JSON.parse(process.env.PAYLOAD ?? '');
  } catch {
    throw new Error('PAYLOAD: expected the payload of the event as JSON');
  }
}

await new Command('request')
  .description('take what a hosted project asks for in PAYLOAD, and print it as the outputs of a step')
  .addArgument(new Argument('<kind>', 'what it asks for').choices(Object.keys(requests)))
  .action((kind: RequestKind) => {
    const outputs = outputsOf(kind, payload(), hostedProjects);
    for (const [name, value] of Object.entries(outputs)) process.stdout.write(`${name}=${value}\n`);
  })
  .parseAsync()
  .catch(fail);
