/**
 * What Pulumi's Node.js language host does for `pulumi up`, with one program, in this process. The Automation API asks
 * the CLI five more times around each operation, which would be measured with it: github.com/pulumi/pulumi,
 * sdk/nodejs/automation/server.ts and stack.ts.
 */
import grpc, { type sendUnaryData, type UntypedServiceImplementation } from '@grpc/grpc-js';
import service from '@pulumi/pulumi/proto/language_grpc_pb.js';
import type * as pb from '@pulumi/pulumi/proto/language_pb.js';
import messages from '@pulumi/pulumi/proto/language_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import { disconnect, resetOptions } from '@pulumi/pulumi/runtime/settings.js';
import { runInPulumiStack } from '@pulumi/pulumi/runtime/stack.js';

export interface LanguageHost {
  /** What `pulumi --client` takes. */
  readonly address: string;
  end(): void;
}

export async function serveProgram(program: () => Promise<void>): Promise<LanguageHost> {
  const server = new grpc.Server();
  server.addService(service.LanguageRuntimeService, handlers(program));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, end: () => server.forceShutdown() };
}

function handlers(program: () => Promise<void>): UntypedServiceImplementation {
  return {
    getPluginInfo: (_call: unknown, callback: sendUnaryData<InstanceType<typeof plugin.PluginInfo>>) =>
      callback(null, new plugin.PluginInfo()),
    getRequiredPlugins: (_call: unknown, callback: sendUnaryData<pb.GetRequiredPluginsResponse>) =>
      callback(null, new messages.GetRequiredPluginsResponse()),
    run: async ({ request }: { request: pb.RunRequest }, callback: sendUnaryData<pb.RunResponse>) => {
      const response = new messages.RunResponse();
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
        await runInPulumiStack(program);
        await disconnect(true);
      } catch (error) {
        response.setError(error instanceof Error ? error.message : String(error));
      }
      callback(null, response);
    },
  };
}
