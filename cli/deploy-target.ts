/** `node cli/deploy-target.ts <ref>`: the stack that a pushed branch or tag deploys, as `stack=…` for a step's outputs. */
import { Command } from 'commander';
import { type EnvironmentName, environments } from '../stacks/environments.ts';

type Deployed = Exclude<EnvironmentName, 'preview'>;

/** Undefined for a ref that deploys nothing. Source of the branches: PaintShare's operations plan, 1.1. */
export function targetOf(ref: string): Deployed | undefined {
  const deployed = ['staging', 'production'] as const;
  return deployed.find((name) => {
    const { branches, tags } = environments[name];
    const patterns = [...branches.map((branch) => `refs/heads/${branch}`), ...tags.map((tag) => `refs/tags/${tag}`)];
    return patterns.some((pattern) => matches(ref, pattern));
  });
}

/** As GitHub reads `*`: anything but a slash. */
function matches(ref: string, pattern: string): boolean {
  const source = pattern.split('*').map((part) => part.replaceAll(/[.+?^$()[\]{}|\\]/g, String.raw`\$&`));
  return new RegExp(`^${source.join('[^/]*')}$`).test(ref);
}

if (import.meta.main) {
  new Command('deploy-target')
    .description('say which stack a pushed branch or tag deploys')
    .argument('<ref>', 'for instance refs/heads/main')
    .action((ref: string, _: unknown, command: Command) => {
      const stack = targetOf(ref);
      if (stack !== undefined) process.stdout.write(`stack=${stack}\n`);
      else command.error(`'${ref}' deploys nothing: stacks/environments.ts has the branches and tags that do`);
    })
    .parse();
}
