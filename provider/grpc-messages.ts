/** Between the engine's messages and plain values: github.com/pulumi/pulumi, proto/pulumi/provider.proto. */
import grpc, { type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import type * as pb from '@pulumi/pulumi/proto/provider_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import struct, { type Struct } from 'google-protobuf/google/protobuf/struct_pb.js';
import { z } from 'zod';
import { blot } from './blot.ts';
import { InitFailed, initFailedMetadata } from './init-failed.ts';
import { messageOf } from './operation-error.ts';
import type { Properties, Value } from './property-values.ts';

type Handler<Request, Response> = (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void;

/** A Struct holds JSON by its very type; the values in it are checked by the schema of the resource that they are for. */
const bagOfJson = z.record(z.string(), z.custom<Value>());

export function properties(bag: Struct | undefined): Properties {
  return bagOfJson.parse(bag?.toJavaScript() ?? {});
}

export function bag(value: Properties): Struct {
  return struct.Struct.fromJavaScript(value);
}

/** Beside a property that it is told, the engine shows the value, also one that is a secret: so it is told none. */
export function failure(property: string, reason: string): pb.CheckFailure {
  const result = new messages.CheckFailure();
  result.setReason(`${property}: ${reason}`);
  return result;
}

export function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function answering<Request, Response>(
  run: (request: Request) => Promise<Response>,
  secretsOf: (request: Request) => string[] = () => [],
): Handler<Request, Response> {
  return (call, callback) => {
    run(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => {
        const text = messageOf(error);
        const details = blot(text, secretsOf(call.request));
        const metadata = error instanceof InitFailed ? { metadata: initFailedMetadata(error, details) } : {};
        callback({ code: grpc.status.UNKNOWN, details, ...metadata });
      },
    );
  };
}

/** `urn:pulumi:{stack}::{project}::{parent types$type}::{name}` */
export function parseUrn(urn: string): { owner: string; type: string } {
  const [stack = '', project = '', types = ''] = urn.replace('urn:pulumi:', '').split('::');
  return { owner: `${project}/${stack}`, type: types.split('$').at(-1) ?? '' };
}
