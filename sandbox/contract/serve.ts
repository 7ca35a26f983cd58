/** Serves a stand-in to the engine, which starts it with its own address as the argument. */
import { fstatSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import grpc from '@grpc/grpc-js';
import provider from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import { engineLog } from '../../provider/engine-log.ts';
import { type StandIn, StandInService } from './service.ts';

export function serve<Client>(standIn: StandIn<Client>): void {
  const service = new StandInService(standIn, engineLog(process.argv[2], 'warning'));
  const server = new grpc.Server();
  server.addService(provider.ResourceProviderService, service.handlers());
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
