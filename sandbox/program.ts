/**
 * One run of a Pulumi program in this process, as the Node.js language host of `pulumi up` does it. Unlike that of the
 * Automation API it tells the engine of every error before the program counts as complete: the engine deletes what a
 * complete program has not registered. Source: github.com/pulumi/pulumi, sdk/nodejs/cmd/run and automation/server.ts.
 */
import grpc from '@grpc/grpc-js';
import { log, RunError } from '@pulumi/pulumi';
import { isGrpcError } from '@pulumi/pulumi/errors.js';
import type * as pb from '@pulumi/pulumi/proto/language_pb.js';
import messages from '@pulumi/pulumi/proto/language_pb.js';
import { setAllConfig } from '@pulumi/pulumi/runtime/config.js';
import {
  disconnect,
  getEngine,
  getMaximumListeners,
  getMonitor,
  resetOptions,
  waitForRPCs,
} from '@pulumi/pulumi/runtime/settings.js';
import { runInPulumiStack } from '@pulumi/pulumi/runtime/stack.js';
import { getStore, withLocalStorage } from '@pulumi/pulumi/runtime/state.js';
import { messageOf } from '../provider/operation-error.ts';

declare module '@pulumi/pulumi/runtime/settings.js' {
  /** Resolves when no registration is under way; left out of the SDK's types. */
  export function waitForRPCs(): Promise<void>;
}
declare module '@pulumi/pulumi/runtime/state.js' {
  /** Runs a program apart from others in this process; left out of the SDK's types. */
  export function withLocalStorage<T>(program: () => Promise<T>): Promise<T>;
  /** What is known of the program that runs here; left out of the SDK's types. */
  export function getStore(): { readonly terminated: boolean };
}

/** What it resolves to are the stack's outputs. */
export type Program = () => Promise<unknown>;

export function runProgram(program: Program, request: pb.RunRequest): Promise<pb.RunResponse> {
  return withLocalStorage(() => answer(program, request));
}

async function answer(program: Program, request: pb.RunRequest): Promise<pb.RunResponse> {
  const response = new messages.RunResponse();
  const errors = new Set<unknown>();
  const note = (error: unknown) => void errors.add(error);
  // A program whose engine has ended on the way does not come to its end here either.
  process.setMaxListeners(getMaximumListeners());
  process.on('uncaughtException', note).on('unhandledRejection', note);
  try {
    resetOptions(
      request.getProject(),
      request.getStack(),
      request.getParallel(),
      request.getArgsList()[0] ?? '',
      request.getMonitorAddress(),
      request.getDryrun(),
      request.getOrganization(),
    );
    setAllConfig(Object.fromEntries(request.getConfigMap().entries()), request.getConfigsecretkeysList());
    await Promise.all([getMonitor(), getEngine()].map(connected));
    await runInPulumiStack(program);
    await waitForRPCs();
    // An error that nobody has caught is told after the promises of this turn.
    await new Promise((told) => setImmediate(told));
    // The SDK takes an engine that does not answer for one that has ended, and says nothing.
    if (getStore().terminated) throw new Error('the engine did not take what the program registers');
    if (errors.size === 0 && !log.hasErrors()) await disconnect(true);
  } catch (error) {
    errors.add(error);
  }
  for (const error of errors) {
    // Over that connection nothing can be told.
    if (isGrpcError(Object(error))) response.setError(messageOf(error));
    else await log.error(textOf(error));
  }
  response.setBail(log.hasErrors());
  await waitForRPCs();
  process.off('uncaughtException', note).off('unhandledRejection', note);
  return response;
}

/** A first attempt that fails is no reason to fail the program: each client tries again until the deadline. */
function connected(client: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!(client instanceof grpc.Client)) return resolve();
    client.waitForReady(Date.now() + 30_000, (error) => (error ? reject(error) : resolve()));
  });
}

/** As the SDK shows it: a `RunError` is for users, of any other one wants to know where it comes from. */
function textOf(error: unknown): string {
  if (RunError.isInstance(error) || !(error instanceof Error)) return messageOf(error);
  return error.stack ?? error.message;
}
