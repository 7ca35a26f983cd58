import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { containerSettings } from '../../sandbox/docker-provider/container-inputs.ts';
import { nanoseconds } from '../../sandbox/docker-provider/container-body.ts';
import { imageName } from '../../sandbox/docker-provider/image-name.ts';
import { unframed } from '../../sandbox/docker-provider/logs.ts';
import { docker } from '../../sandbox/docker-provider/provider.ts';
import { addressOf, digestOf } from '../../sandbox/docker-provider/registry.ts';
import { changedSettings } from '../../sandbox/docker-provider/settings.ts';
import { sshOptionsOf } from '../../sandbox/docker-provider/ssh-options.ts';
import { layerOf, type Registry, type RegistryOptions, sha256, startRegistry } from './tiny-registry.ts';

describe('an image by its name', () => {
  test.each([
    ['postgres', 'registry-1.docker.io', 'library/postgres', 'latest'],
    ['docker.io/library/redis:7', 'registry-1.docker.io', 'library/redis', '7'],
    ['grafana/loki:2.4', 'registry-1.docker.io', 'grafana/loki', '2.4'],
    ['ghcr.io/codeb/api:1.0.0', 'ghcr.io', 'codeb/api', '1.0.0'],
    ['127.0.0.1:5000/api', '127.0.0.1:5000', 'api', 'latest'],
    ['localhost/a/b/c:x', 'localhost', 'a/b/c', 'x'],
    ['ghcr.io/codeb/api:1.0.0@sha256:0123', 'ghcr.io', 'codeb/api', 'sha256:0123'],
  ])('%s', (text, registry, repository, reference) => {
    expect(imageName(text)).toEqual({ registry, repository, reference });
  });

  test('a registry is asked at its mirror, where one is given', () => {
    const mirrors = JSON.stringify({ 'ghcr.io': 'http://127.0.0.1:5000/', 'docker.io': 'http://127.0.0.1:5001' });
    expect(addressOf('ghcr.io', mirrors)).toBe('http://127.0.0.1:5000');
    expect(addressOf('registry-1.docker.io', mirrors)).toBe('http://127.0.0.1:5001');
    expect(addressOf('quay.io', mirrors)).toBe('https://quay.io');
    expect(addressOf('ghcr.io', undefined)).toBe('https://ghcr.io');
  });
});

describe('the digest of what a tag names', () => {
  let registry: Registry;
  afterEach(() => registry.close());

  const pushed = async (options: RegistryOptions = {}) => {
    registry = await startRegistry(options);
    return registry.push('codeb/api', '1.0.0', await layerOf({ app: Buffer.from('x') }), {});
  };
  const login = { username: 'robot', password: 'hunter2hunter2' };
  const ask = (name = 'ghcr.io/codeb/api:1.0.0', who?: typeof login) => digestOf(imageName(name), registry.url, who);

  test('is what the registry says', async () => {
    expect(await pushed()).toBe(await ask());
    expect(registry.asked).toEqual(['HEAD /v2/codeb/api/manifests/1.0.0']);
  });

  test('is counted where the registry does not say it', async () => {
    expect(await pushed({ tellsDigest: false })).toBe(await ask());
  });

  test('is told to who has a token, and a token is given to who has a login', async () => {
    const digest = await pushed({ login });
    expect(await ask(undefined, login)).toBe(digest);
    expect(registry.asked).toEqual([
      'HEAD /v2/codeb/api/manifests/1.0.0',
      'token for repository:codeb/api:pull',
      'HEAD /v2/codeb/api/manifests/1.0.0',
    ]);
    await expect(ask()).rejects.toThrow(/^ghcr.io\/codeb\/api:1.0.0: http.* gives no token: HTTP 401$/);
    const wrong = ask(undefined, { ...login, password: 'guessed-password' });
    await expect(wrong).rejects.toThrow('gives no token: HTTP 401');
    await expect(wrong).rejects.not.toThrow('guessed-password');
  });

  test('an image that is not there and a registry that is not there are told by name', async () => {
    await pushed();
    await expect(ask('ghcr.io/codeb/api:2')).rejects.toThrow('says HTTP 404: it has no such image');
    await registry.close();
    await expect(ask()).rejects.toThrow(/^ghcr.io\/codeb\/api:1.0.0: no answer from http:\/\/127/);
    registry = await startRegistry();
  });
});

describe('inputs that differ', () => {
  const changed = (before: object, after: object) =>
    changedSettings(containerSettings, { image: 'a', ...before }, { image: 'a', ...after });

  test('a default, the order of a set and what the engine has an answer of its own to are no difference', () => {
    expect(changed({}, { restart: 'no', mustRun: true, rm: false })).toEqual([]);
    expect(changed({ envs: ['A=1', 'B=2'] }, { envs: ['B=2', 'A=1'] })).toEqual([]);
    expect(changed({ hostname: 'x', command: ['a'] }, {})).toEqual([]);
  });

  test('anything else is', () => {
    expect(changed({ command: ['a', 'b'] }, { command: ['b', 'a'] })).toEqual(['command']);
    expect(changed({ restart: 'always' }, {})).toEqual(['restart']);
    expect(changed({ ports: [{ internal: 80 }] }, {})).toEqual(['ports']);
  });

  test('what the stand-in does not do is refused, not left out', () => {
    const check = docker.resources['docker:index/container:Container']?.check;
    expect(check?.({ image: 'a', gpus: 'all' })).toEqual([
      { property: 'gpus', reason: 'is not done by the stand-in: it needs the official plugin' },
    ]);
    expect(docker.resources['docker:index/remoteImage:RemoteImage']?.check({ name: 'a', build: {} })).toHaveLength(1);
  });
});

test('times as Go writes them', () => {
  expect([nanoseconds('1m30s'), nanoseconds('250ms'), nanoseconds('1.5h')]).toEqual([90e9, 250e6, 5400e9]);
});

test("a container's output is taken out of its frames, also when the last one is cut off", () => {
  const frame = (stream: number, text: string) => {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  const bytes = Buffer.concat([frame(1, 'one\n'), frame(2, 'zwei ü\n'), frame(1, 'three')]);
  expect(unframed(bytes)).toBe('one\nzwei ü\nthree');
  expect(unframed(bytes.subarray(0, -2))).toBe('one\nzwei ü\nthr');
});

describe('options of ssh', () => {
  const withFile = async (text: string, look: (path: string) => void) => {
    const folder = await mkdtemp(join(tmpdir(), 'codeb-known-'));
    const path = join(folder, 'known_hosts');
    await writeFile(path, text);
    try {
      look(path);
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  test('the pinned key is the one that the client prefers, of this host and port', () =>
    withFile(
      '[192.0.2.1]:2222 ssh-rsa AAAArsa\n192.0.2.1 ssh-ed25519 AAAAother\nx,[192.0.2.1]:2222 ssh-ed25519 AAAAed note\n',
      (path) => {
        const options = ['-o', `UserKnownHostsFile=${path}`, '-oIdentityAgent=/run/agent'];
        expect(sshOptionsOf(options, '192.0.2.1', 2222)).toEqual({
          hostKey: 'ssh-ed25519 AAAAed',
          agentSocketPath: '/run/agent',
        });
        expect(sshOptionsOf(options, '192.0.2.1', 22).hostKey).toBe('ssh-ed25519 AAAAother');
        expect(() => sshOptionsOf(options, '192.0.2.9', 22)).toThrow('has no key of 192.0.2.9');
      },
    ));

  test('without a pinned key nothing is asked', () => {
    expect(() => sshOptionsOf(['-o', 'StrictHostKeyChecking=no'], '192.0.2.1', 22)).toThrow(
      '192.0.2.1:22 has no pinned host key',
    );
  });
});

test('an image of the test is what its digest says', () => {
  expect(sha256(Buffer.from(''))).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
