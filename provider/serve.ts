/** Serves a provider to the engine, which starts it with its own address as the argument. */
import { fstatSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import grpc from '@grpc/grpc-js';
import provider from '@pulumi/pulumi/proto/provider_grpc_pb.js';

/** Bytes: a workload's files may be larger than gRPC's default of 4 MiB. */
const largestMessage = 256 * 1024 * 1024;

export function serve(handlers: grpc.UntypedServiceImplementation): void {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': largestMessage,
    'grpc.max_send_message_length': largestMessage,
  });
  server.addService(provider.ResourceProviderService, handlers);
  // The engine holds the other end for as long as it lives: a provider does not outlive it.
  if (fstatSync(process.stdin.fd).isFIFO()) process.stdin.resume().once('end', () => process.exit());
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    // The engine reads the port from the first line of standard output.
    process.stdout.write(`${port}\n`);
    // The engine ends its providers without a word, so what was compiled is kept now.
    setImmediate(flushCompileCache);
  });
}
