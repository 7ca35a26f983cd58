/** Podman's Engine API with a storage and networks of its own, for one test file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineApi } from '../../sandbox/docker-provider/engine-api.ts';
import { wayTo } from '../../sandbox/docker-provider/host.ts';
import { hardLimit, isRoot } from '../../sandbox/engine.ts';
import { isOnPath, mustRun, run } from '../../sandbox/run.ts';
import { waitFor } from '../../sandbox/wait.ts';

/** Why there can be no such engine here, if there cannot. */
export async function noPodman(): Promise<string | undefined> {
  if (!isRoot()) return 'Podman with a storage of its own needs root';
  const missing = await Promise.all(['podman', 'go'].map(async (name) => ((await isOnPath(name)) ? [] : [name])));
  return missing.flat().length > 0 ? `there is no ${missing.flat().join(' and no ')}` : undefined;
}

export interface PodmanService {
  readonly socket: string;
  readonly api: EngineApi;
  readonly folder: string;
  close(): Promise<void>;
}

/** @param registry `127.0.0.1:port`, which it may ask without TLS */
export async function startPodman(registry: string): Promise<PodmanService> {
  const folder = await mkdtemp(join(tmpdir(), 'codeb-podman-'));
  const at = (name: string) => join(folder, name);
  const socket = at('engine.sock');
  await mkdir(at('networks'));
  await writeFile(at('registries.conf'), `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`);
  // Podman's own limits may be more than this process is allowed.
  const limits = (['nofile', 'nproc'] as const).map((name) => `"${name}=${hardLimit(name)}:${hardLimit(name)}"`);
  await writeFile(at('containers.conf'), `[containers]\ndefault_ulimits = [${limits.join(', ')}]\n`);
  const globals = [
    ...['--root', at('root'), '--runroot', at('run'), '--network-config-dir', at('networks')],
    ...['--cgroup-manager', 'cgroupfs', ...((await isOnPath('runc')) ? ['--runtime', 'runc'] : [])],
  ];
  const configs = { CONTAINERS_REGISTRIES_CONF: at('registries.conf'), CONTAINERS_CONF: at('containers.conf') };
  const env = { ...process.env, ...configs };
  const child = spawn('podman', [...globals, 'system', 'service', '--time=0', `unix://${socket}`], {
    env,
    stdio: 'ignore',
  });
  const api = new EngineApi(wayTo(`unix://${socket}`, []));
  const answers = waitFor("Podman's Engine API", 30_000, () => api.bytes({ method: 'GET', path: '/info' }));
  await answers.catch(async (error: unknown) => {
    child.kill();
    await clear(folder);
    throw error;
  });
  return { socket, api, folder, close: () => close(child, api, folder) };
}

const ids = z.array(z.object({ Id: z.string() }));

async function close(child: ChildProcess, api: EngineApi, folder: string): Promise<void> {
  const query = { all: 'true', force: 'true', v: 'true' };
  for (const { Id } of await api.ask({ method: 'GET', path: '/containers/json', query }, ids)) {
    await api.bytes({ method: 'DELETE', path: `/containers/${Id}`, query });
  }
  const ended = once(child, 'exit');
  child.kill();
  await ended;
  await clear(folder);
}

/** The overlay's own mount stays with the storage otherwise. */
async function clear(folder: string): Promise<void> {
  await run('umount', [join(folder, 'root', 'overlay')]);
  await rm(folder, { recursive: true, force: true });
}

const source = `package main

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	switch os.Args[1] {
	case "serve":
		listener, err := net.Listen("tcp", ":3000")
		if err != nil {
			panic(err)
		}
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				file, _ := os.ReadFile("/etc/greeting")
				fmt.Fprintf(connection, "%s %s", os.Getenv("GREETING"), file)
				connection.Close()
			}
		}()
		end := make(chan os.Signal, 1)
		signal.Notify(end, syscall.SIGTERM)
		<-end
	case "say":
		fmt.Println(os.Args[2])
		fmt.Fprintln(os.Stderr, "and ended")
		os.Exit(3)
	}
}
`;

/** A program without anything around it: \`serve\` greets on port 3000, \`say\` writes and ends with exit code 3. */
export async function buildGreeter(folder: string): Promise<string> {
  const path = join(folder, 'greeter');
  await mkdir(path);
  await writeFile(join(path, 'main.go'), source);
  await writeFile(join(path, 'go.mod'), 'module greeter\n\ngo 1.21\n');
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };
  await mustRun('go', ['build', '-ldflags', '-s -w', '-o', 'greeter', '.'], { cwd: path, env });
  return join(path, 'greeter');
}
