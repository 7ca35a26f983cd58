/** `cli/drift.ts` with the real engine; what it looks at is the stand-in of GitHub. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as github from '@pulumi/github';
import { expect, test } from 'vitest';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { run } from '../../sandbox/run.ts';
import { openStack } from '../../sandbox/stack.ts';
import { startGithub, token } from '../sandbox/github-server.ts';

const command = resolve(import.meta.dirname, '..', '..', 'cli', 'drift.ts');

test(
  'S4.9: what changed outside is told apart from what is as it was, and from a look that failed',
  { timeout: 600_000 },
  async () => {
    const cli = await findPulumi(silent);
    const folder = await mkdtemp(join(tmpdir(), 'codeb-drift-stack-'));
    const server = await startGithub();
    const stack = await openStack({
      ...{ cli, folder, project: 'drift', name: 'staging', passphrase: 'of-the-test' },
      program: async () => {
        const provider = new github.Provider('github', { owner: 'codeb', token, baseUrl: server.url });
        const { environment } = new github.RepositoryEnvironment(
          'staging',
          { repository: 'infra', environment: 'staging' },
          { provider },
        );
        const given = { repository: 'infra', environment, variableName: 'API_URL', value: 'https://one.example.org' };
        new github.ActionsEnvironmentVariable('url', given, { provider });
        return {};
      },
    });
    const report = join(folder, 'report');
    const look = () =>
      run(process.execPath, [command, '--stack', 'staging', '--report', report], {
        cwd: stack.workspace.workDir,
        env: { ...stack.workspace.envVars, PATH: `${join(folder, 'cli', 'bin')}:${process.env.PATH}` },
      });

    await stack.up();
    expect(await look()).toMatchObject({ code: 0, stdout: 'drift=no\n' });

    const variable = '/repos/codeb/infra/environments/staging/variables/API_URL';
    await server.ask('PATCH', variable, { name: 'API_URL', value: 'https://two.example.org' });
    expect(await look()).toMatchObject({ code: 0, stdout: 'drift=yes\n' });
    expect(await readFile(report, 'utf8')).toMatch(
      /~ value\s*: "https:\/\/one\.example\.org" => "https:\/\/two\.example\.org"/,
    );

    await server.close();
    const failed = await look();
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain("nobody knows whether stack 'staging' has drifted");
    await rm(folder, { recursive: true });
  },
);
