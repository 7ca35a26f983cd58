import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import grpc, { type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import * as pulumi from '@pulumi/pulumi';
import engine from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import language from '@pulumi/pulumi/proto/language_grpc_pb.js';
import messages, { type RunResponse } from '@pulumi/pulumi/proto/language_pb.js';
import monitor from '@pulumi/pulumi/proto/resource_grpc_pb.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { listenOn, serveProgram } from '../../sandbox/language-host.ts';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';

class Part extends pulumi.ComponentResource {
  constructor(name: string, props: pulumi.Inputs = {}, opts: pulumi.ComponentResourceOptions = {}) {
    super('test:index:Part', name, props, opts);
  }
}

/** Fails when every other part of the program is through. */
function late(): pulumi.Output<pulumi.Resource[]> {
  return pulumi.output(setTimeout(100, 'through')).apply((): pulumi.Resource[] => {
    throw new Error('no such value');
  });
}

const whole = async () => {
  new Part('first');
  new Part('second');
  return {};
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codeb-whole-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['an input', () => new Part('second', { value: late() })],
  ['what it depends on', () => new Part('second', {}, { dependsOn: late() })],
  ['an export', () => late()],
])('an error in an apply removes nothing that was not come to: %s', async (_, broken) => {
  const cli = await findPulumi(silent);
  const open = (program: () => Promise<Record<string, unknown>>) =>
    openStack({ cli, folder, name: 'whole', passphrase: 'of the test', program });
  await (await open(whole)).up();
  const failing = await open(async () => {
    new Part('first');
    return { broken: broken() };
  });
  await expect(failing.up()).rejects.toThrow('no such value');
  const { deployment } = await failing.exportStack();
  expect(JSON.stringify(deployment)).toContain('Part::second');
});

/** An engine that is too busy for everything. */
function busyEngine(): grpc.Server {
  const server = new grpc.Server();
  const unavailable = (_: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) =>
    answer({ code: grpc.status.UNAVAILABLE, details: 'too busy' });
  for (const service of [monitor.ResourceMonitorService, engine.EngineService]) {
    server.addService(service, Object.fromEntries(Object.keys(service).map((method) => [method, unavailable])));
  }
  return server;
}

/** What the engine at a port is told of the program's end. */
async function endOf(program: () => Promise<unknown>, port: number): Promise<RunResponse> {
  const host = await serveProgram(program);
  const client = new language.LanguageRuntimeClient(host.address, grpc.credentials.createInsecure());
  const request = new messages.RunRequest();
  request.setMonitorAddress(`127.0.0.1:${port}`);
  request.setArgsList([`127.0.0.1:${port}`]);
  try {
    return await new Promise((resolve, reject) =>
      client.run(request, (error, answer) => (error ? reject(error) : resolve(answer))),
    );
  } finally {
    client.close();
    host.end();
  }
}

test('an engine that cannot be told what there is does not take the program for complete', async () => {
  const busy = busyEngine();
  const response = await endOf(whole, await listenOn(busy));
  expect(response.getError()).toContain('too busy');
  busy.forceShutdown();
});

test('a first connection that fails is tried again', async () => {
  const busy = busyEngine();
  const refusing = createServer((socket) => {
    socket.destroy();
    if (refusing.listening) refusing.close(() => void listenOn(busy, port));
  }).listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  const { port } = z.object({ port: z.number() }).parse(refusing.address());
  // It was heard: without a second try the answer would be that nobody is there.
  expect((await endOf(whole, port)).getError()).toContain('too busy');
  busy.forceShutdown();
});
