/**
 * How an update that is half done is told to the engine: it notes what was wanted, and does it anew with the next `up`
 * even where the program asks for what was there before. provider.proto, ErrorResourceInitFailed.
 */
import grpc from '@grpc/grpc-js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import status from '@pulumi/pulumi/proto/status_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import type { Properties } from './property-values.ts';

interface HalfDone {
  message: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
}

export class InitFailed extends Error {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;

  constructor({ message, id, inputs, outputs }: HalfDone) {
    super(message);
    this.id = id;
    this.inputs = inputs;
    this.outputs = outputs;
  }
}

/** As gRPC carries the details of an error: google.rpc.Status in `grpc-status-details-bin`. */
export function initFailedMetadata({ id, inputs, outputs }: InitFailed, reason: string): grpc.Metadata {
  const failed = new messages.ErrorResourceInitFailed();
  failed.setId(id);
  failed.setInputs(struct.Struct.fromJavaScript(inputs));
  failed.setProperties(struct.Struct.fromJavaScript(outputs));
  failed.setReasonsList([reason]);
  const detail = new any.Any();
  detail.pack(failed.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const answer = new status.Status();
  answer.setCode(grpc.status.UNKNOWN);
  answer.setMessage(reason);
  answer.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(answer.serializeBinary()));
  return metadata;
}
