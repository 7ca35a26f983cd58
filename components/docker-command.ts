import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { remote } from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { quoted } from './server/preparation.ts';
import type { Server } from './server.ts';

export interface DockerCommandArgs {
  /** Where it runs. */
  server: Server;
  /** Paths below `components/`; the last one is what it is about. */
  scripts: string[];
  /** Its arguments; nothing secret. */
  words: pulumi.Input<string>[];
  /** Never on the command line, which everybody on the server sees. */
  stdin?: pulumi.Input<string>;
  /** It runs again when one of them is another one, beside its words and its input. */
  triggers?: pulumi.Input<string>[];
}

/**
 * A step that Docker's API does not have: bash on the server as root, with the server's own `docker`.
 *
 * @example
 * const words = ['shop-app', '300', 'http://127.0.0.1:3000/api/health'];
 * dockerCommand('shop-app-healthy', { server, scripts: ['docker/await-health.sh'], words }, { dependsOn: [container] })
 */
export function dockerCommand(
  name: string,
  { server, scripts, words, stdin = '', triggers = [] }: DockerCommandArgs,
  opts: pulumi.CustomResourceOptions,
): remote.Command {
  const script = scripts.map((one) => readFileSync(new URL(one, import.meta.url), 'utf8')).join('\n');
  const version = createHash('sha256').update(script).digest('hex').slice(0, 8);
  // Over standard input, because Pulumi repeats a command in its errors.
  const encoded = Buffer.from(script).toString('base64');
  const run = `bash -c 'eval "$(head -c ${encoded.length} | base64 -d)"' ${scripts.at(-1)?.replace(/^.*\/|\.sh$/g, '')}@${version}`;
  const asRoot = server.privilege === 'sudo' ? `sudo -n ${run}` : run;
  return new remote.Command(
    name,
    {
      connection: server.connection,
      create: pulumi.all(words).apply((all) => [asRoot, ...all.map(quoted)].join(' ')),
      stdin: pulumi.interpolate`${encoded}${stdin}`,
      triggers,
      addPreviousOutputInEnv: false,
      logging: 'none',
    },
    opts,
  );
}
