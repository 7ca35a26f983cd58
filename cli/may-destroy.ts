/** `node cli/may-destroy.ts <stack>`: whether CI may destroy a stack, by its exit code. */
import { hostedProjects } from '../stacks/projects.ts';
import { mayDestroy } from './stack-guard.ts';

const verdict = mayDestroy(process.argv[2] ?? '', hostedProjects);
if (verdict.kind === 'refused') {
  process.stderr.write(`${verdict.reason}\n`);
  process.exitCode = 1;
}
