/** What the program asks of Docker on a server with engine docker: which images, and what a database is waited for. */
import { beforeAll, describe, expect, test } from 'vitest';
import program from '../../index.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { handedOn, hosting, inFile, server } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { type Run, runMocked } from './mocked-engine.ts';

const settings = {
  ...hosting('production'),
  servers: { codeb: { ...server, dns: { backend: 'powerdns', zones: ['codeb.dev'] }, engine: 'docker' } },
  projects: { 'code-battle': {} },
};
const config = {
  ...handedOn(inFile(settings)),
  'codeb:variables': JSON.stringify(madeUpSecrets(planned({ settings, projects: hostedProjects }), 'of these tests')),
  'codeb:fingerprintKey': 'of these tests, and long enough for one',
  'codeb:passwordKey': 'passwords of these tests come from this one',
};

describe('S2.1: the program on a server with engine docker', () => {
  let run: Run;
  /** Inputs by the name within the project. */
  const inputsOf = (type: string) =>
    Object.fromEntries(
      run.registered
        .filter((one) => one.type === type)
        .map(({ name, inputs }) => [name.replace('code-battle-', ''), inputs]),
    );
  const containers = () => inputsOf('docker:index/container:Container');
  beforeAll(async () => {
    run = await runMocked(program, { config });
  });

  test('waits for each database until it answers, and has Docker ask no other container', () => {
    const { postgres, redis, ...others } = containers();
    const waits = (question: string) => ({
      healthcheck: { tests: ['CMD-SHELL', question], interval: '5s', timeout: '5s', retries: 3 },
      wait: true,
      waitTimeout: 300,
    });
    expect(postgres).toMatchObject(waits('pg_isready -q -h 127.0.0.1'));
    expect(redis).toMatchObject(waits('redis-cli ping | grep -q PONG'));
    expect(Object.keys(others)).toContain('api-2');
    for (const [name, inputs] of Object.entries(others)) {
      expect(inputs, name).not.toHaveProperty('healthcheck');
      expect(inputs, name).not.toHaveProperty('wait');
    }
  });

  test('S3.4: pulls each image by the digest that its registry has for it, and keeps those before', () => {
    const images = inputsOf('docker:index/remoteImage:RemoteImage');
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(Object.keys(images)).toEqual(expect.arrayContaining(['web', 'api', 'python', 'postgres', 'redis']));
    expect(images.web).toEqual({ name: `ghcr.io/ai-code-battle/web@${digest}`, keepLocally: true });
    for (const [name, inputs] of Object.entries(images)) {
      expect(inputs, name).toEqual({ name: expect.stringMatching(/^[^:@]+@sha256:0{64}$/), keepLocally: true });
    }
    expect(containers()['api-2']?.labels).toContainEqual({
      label: 'codeb.image',
      value: `ghcr.io/ai-code-battle/api@${digest}`,
    });
  });
});
