import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { writeFile, readFile } from 'node:fs/promises';
import { Container, type ContainerArgs } from '@pulumi/docker/container.js';
import { getRegistryImage } from '@pulumi/docker/getRegistryImage.js';
import { Network } from '@pulumi/docker/network.js';
import { Provider } from '@pulumi/docker/provider.js';
import { RemoteImage } from '@pulumi/docker/remoteImage.js';
import { Volume } from '@pulumi/docker/volume.js';
import type { CustomResourceOptions } from '@pulumi/pulumi';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';
import { waitFor } from '../../sandbox/wait.ts';
import { failureOf } from './cloudflare-cloud.ts';
import { buildGreeter, noPodman, type PodmanService, startPodman } from './podman-service.ts';
import { type SocketServer, startSocketServer } from './ssh-socket-server.ts';
import { layerOf, type Registry, startRegistry } from './tiny-registry.ts';

// The first look for the Pulumi CLI may build it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 });

const reason = await noPodman();
const named = z.array(z.looseObject({ Id: z.string() }));

describe.skipIf(reason !== undefined && process.env.CI !== 'true')(
  `S4.5 containers on an engine${reason ? ` (${reason})` : ''}`,
  () => {
    let registry: Registry;
    let podman: PodmanService;
    let cli: string;
    let image: string;
    let digest: string;
    let stacks = 0;
    let opened: Stack | undefined;

    beforeAll(async () => {
      cli = await findPulumi(silent);
      registry = await startRegistry();
      podman = await startPodman(`127.0.0.1:${registry.port}`);
      const greeter = await readFile(await buildGreeter(podman.folder));
      const layer = await layerOf({ greeter, 'etc/': Buffer.alloc(0) });
      digest = registry.push('codeb/greeter', '1.0.0', layer, { Entrypoint: ['/greeter'], Env: ['FROM_IMAGE=1'] });
      registry.push('codeb/greeter', '1.1.0', layer, { Entrypoint: ['/greeter'] });
      image = `127.0.0.1:${registry.port}/codeb/greeter:1.0.0`;
      process.env.CODEB_REGISTRY_MIRRORS = JSON.stringify({ 'ghcr.io': registry.url });
    });

    afterEach(async () => {
      await opened?.destroy();
      opened = undefined;
      expect(await containers()).toEqual([]);
    });

    afterAll(async () => {
      delete process.env.CODEB_REGISTRY_MIRRORS;
      await podman.close();
      await registry.close();
    });

    const open = async (program: (options: { provider: Provider }) => unknown, host = `unix://${podman.socket}`) => {
      opened = await openStack({
        cli,
        folder: podman.folder,
        name: `test-${++stacks}`,
        passphrase: 'passphrase-of-the-test',
        program: async () => {
          const outputs: unknown = await program({ provider: new Provider('engine', { host }) });
          return z.record(z.string(), z.unknown()).optional().parse(outputs);
        },
      });
      return opened;
    };

    const containers = () => podman.api.ask({ method: 'GET', path: '/containers/json', query: { all: 'true' } }, named);
    const changesOf = async (operation: ReturnType<Stack['up']>) => (await operation).summary.resourceChanges;
    const greeting = (port: number) =>
      waitFor('a greeting', 10_000, async () => (await text(connect(port, '127.0.0.1'))) || undefined);

    const serving = (more: Partial<ContainerArgs>, options: CustomResourceOptions) =>
      new Container('app', { image, command: ['serve'], ...more }, options);

    test('C.1 the whole life of a container with its image, network, volume, port and file', async () => {
      let env = 'hello';
      let restart = 'no';
      const stack = await open(async (options) => {
        const { sha256Digest } = await getRegistryImage({ name: 'ghcr.io/codeb/greeter:1.0.0' }, options);
        const pulled = new RemoteImage('greeter', { name: image, keepLocally: true }, options);
        const network = new Network(
          'greeter',
          { internal: false, labels: [{ label: 'of', value: 'the test' }] },
          options,
        );
        const volume = new Volume('data', { name: 'codeb-test-data' }, options);
        const app = new Container(
          'app',
          {
            name: 'codeb-test-app',
            image: pulled.name,
            command: ['serve'],
            envs: [`GREETING=${env}`, 'OTHER=1'],
            ports: [{ internal: 3000, ip: '127.0.0.1' }],
            networksAdvanced: [{ name: network.name, aliases: ['app'] }],
            volumes: [{ volumeName: volume.name, containerPath: '/data' }],
            uploads: [{ file: '/etc/greeting', content: 'from a file' }],
            labels: [{ label: 'codeb', value: 'test' }],
            capabilities: { drops: ['ALL'] },
            readOnly: false,
            restart,
          },
          options,
        );
        return {
          id: app.id,
          digest: sha256Digest,
          repoDigest: pulled.repoDigest,
          network: network.name,
          networks: app.networkDatas,
        };
      });

      const first = (await stack.up()).outputs;
      expect(first.digest?.value).toBe(digest);
      expect(first.repoDigest?.value).toContain(digest);
      expect(first.network?.value).toMatch(/^greeter-[0-9a-f]{7}$/);
      expect(first.networks?.value).toMatchObject([{ networkName: first.network?.value }]);
      const port = async (): Promise<number> => {
        const bound = z.object({
          NetworkSettings: z.object({ Ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() }))) }),
        });
        const { NetworkSettings } = await podman.api.ask(
          { method: 'GET', path: '/containers/codeb-test-app/json' },
          bound,
        );
        return Number(NetworkSettings.Ports['3000/tcp']?.[0]?.HostPort);
      };
      expect(await greeting(await port())).toBe('hello from a file');
      expect(await changesOf(stack.up())).toEqual({ same: 6 });
      expect((await stack.refresh({ expectNoChanges: true })).summary.resourceChanges).toEqual({ same: 6 });

      env = 'good morning';
      const { stdout } = await stack.preview({ diff: true });
      expect(stdout).toMatch(/GREETING=hello" => "GREETING=good morning/);
      const second = (await stack.up()).outputs;
      expect(second.id?.value).not.toBe(first.id?.value);
      expect(await greeting(await port())).toBe('good morning from a file');

      await podman.api.bytes({ method: 'POST', path: '/containers/codeb-test-app/stop', query: { t: '0' } });
      expect((await stack.refresh()).stdout).toMatch(/Container app updated .*mustRun/);
      expect(await changesOf(stack.up())).toMatchObject({ update: 1 });
      expect(await greeting(await port())).toBe('good morning from a file');

      await podman.api.bytes({ method: 'DELETE', path: '/containers/codeb-test-app', query: { force: 'true' } });
      expect((await stack.refresh()).stdout).toMatch(/Container app deleted/);
      restart = 'always';
      expect(await changesOf(stack.up())).toMatchObject({ create: 1 });
      expect(await greeting(await port())).toBe('good morning from a file');

      await stack.destroy();
      const networks = await podman.api.ask(
        { method: 'GET', path: '/networks' },
        z.array(z.looseObject({ Name: z.string() })),
      );
      expect(networks.map(({ Name }) => Name)).not.toContain(first.network?.value);
      const volumes = await podman.api.ask(
        { method: 'GET', path: '/volumes' },
        z.looseObject({ Volumes: z.array(z.unknown()) }),
      );
      expect(volumes.Volumes).toEqual([]);
    });

    test('a container that only does its work: its output and its exit code', async () => {
      const stack = await open((options) => {
        const job = { command: ['say', 'done'], mustRun: false, attach: true, logs: true };
        const app = serving(job, options);
        return { exitCode: app.exitCode, logs: app.containerLogs };
      });
      const { outputs } = await stack.up();
      expect(outputs).toMatchObject({ exitCode: { value: 3 }, logs: { value: 'done\nand ended\n' } });
      expect(await changesOf(stack.up())).toEqual({ same: 3 });
    });

    test('what cannot begin leaves nothing behind and says its last words', async () => {
      const stack = await open((options) => {
        serving({ name: 'codeb-test-short', command: ['say', 'no database'], wait: true, waitTimeout: 5 }, options);
      });
      const failure = await failureOf(stack.up());
      expect(failure).toMatch(/container codeb-test-short: (it ended with exit code 3|wait is set)/);
      expect(failure).toMatch(/it was removed again; its last words:\s+no database\s+and ended/);
      expect(await containers()).toEqual([]);
    });

    test('an image that is not there is told by name, and nothing is made', async () => {
      const stack = await open((options) => {
        serving({ image: image.replace('1.0.0', '9.9.9') }, options);
      });
      expect(await failureOf(stack.up())).toMatch(/codeb\/greeter:9\.9\.9/);
      expect(await containers()).toEqual([]);
    });

    test('a container that is there is taken over by its id', async () => {
      const create = { method: 'POST', path: '/containers/create', query: { name: 'codeb-test-old' } } as const;
      const { Id } = await podman.api.ask(
        { ...create, body: { Image: image, Cmd: ['serve'] } },
        z.object({ Id: z.string() }),
      );
      const stack = await open((options) => {
        serving(
          { name: 'codeb-test-old', mustRun: false, start: false, command: ['serve'] },
          { ...options, import: Id, ignoreChanges: ['command', 'mustRun', 'start'] },
        );
      });
      expect(await changesOf(stack.up())).toMatchObject({ import: 1 });
      expect(await changesOf(stack.up())).toEqual({ same: 3 });
    });

    describe('through SSH', () => {
      let server: SocketServer;
      beforeAll(async () => {
        server = await startSocketServer();
      });
      afterAll(() => server.close());

      const reach = async (program: (options: { provider: Provider }) => unknown, hostKey: string) => {
        const [known, key] = [join(podman.folder, 'known_hosts'), join(podman.folder, 'id')];
        await writeFile(known, `[127.0.0.1]:${server.port} ${hostKey}\n`);
        await writeFile(key, server.privateKey, { mode: 0o600 });
        const host = `ssh://root@127.0.0.1:${server.port}${podman.socket}`;
        const sshOpts = ['-i', key, '-o', `UserKnownHostsFile=${known}`];
        return await open(() => program({ provider: new Provider('remote', { host, sshOpts }) }));
      };
      const network = (options: { provider: Provider }) => ({ id: new Network('greeter', {}, options).id });

      test('the engine is behind a socket of the server whose key is pinned', async () => {
        const stack = await reach(network, server.hostKey);
        expect(await changesOf(stack.up())).toMatchObject({ create: 4 });
        expect(server.sockets).toContain(podman.socket);
      });

      test('another key is refused before anything is asked', async () => {
        const before = server.sockets.length;
        const stack = await reach(network, 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==');
        expect(await failureOf(stack.up())).toContain('shows another host key than the pinned one');
        expect(server.sockets).toHaveLength(before);
      });
    });
  },
);
