/** Pulumi's language host for `pulumi --client`, with one program, in this process: pulumi/pulumi, language.proto. */
import grpc, { type sendUnaryData, type UntypedServiceImplementation } from '@grpc/grpc-js';
import service from '@pulumi/pulumi/proto/language_grpc_pb.js';
import type * as pb from '@pulumi/pulumi/proto/language_pb.js';
import messages from '@pulumi/pulumi/proto/language_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import type { Program } from './program.ts';

export interface LanguageHost {
  /** What `pulumi --client` takes. */
  readonly address: string;
  end(): void;
}

export async function serveProgram(program: Program): Promise<LanguageHost> {
  const server = new grpc.Server();
  server.addService(service.LanguageRuntimeService, handlers(program));
  return { address: `127.0.0.1:${await listenOn(server)}`, end: () => server.forceShutdown() };
}

/** Has the server listen on a port of 127.0.0.1, and tells which; for 0, one that the kernel picks. */
export function listenOn(server: grpc.Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
}

function handlers(program: Program): UntypedServiceImplementation {
  return {
    getPluginInfo: (_call: unknown, callback: sendUnaryData<InstanceType<typeof plugin.PluginInfo>>) =>
      callback(null, new plugin.PluginInfo()),
    getRequiredPlugins: (_call: unknown, callback: sendUnaryData<pb.GetRequiredPluginsResponse>) =>
      callback(null, new messages.GetRequiredPluginsResponse()),
    run: async ({ request }: { request: pb.RunRequest }, callback: sendUnaryData<pb.RunResponse>) =>
      // Where the engine does not run the program, as in a refresh, Pulumi's SDK need not be loaded.
      callback(null, await (await import('./program.ts')).runProgram(program, request)),
  };
}
