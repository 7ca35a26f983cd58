/**
 * What Pulumi's Node.js language host does for `pulumi up`, with one program, in this process: for commands as users and
 * workflows give them. The Automation API asks the CLI five more times around each operation. Source:
 * github.com/pulumi/pulumi, sdk/nodejs/automation/server.ts and stack.ts.
 */
import grpc, { type sendUnaryData, type UntypedServiceImplementation } from '@grpc/grpc-js';
import service from '@pulumi/pulumi/proto/language_grpc_pb.js';
import type * as pb from '@pulumi/pulumi/proto/language_pb.js';
import messages from '@pulumi/pulumi/proto/language_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import { setAllConfig } from '@pulumi/pulumi/runtime/config.js';
import { disconnect, resetOptions } from '@pulumi/pulumi/runtime/settings.js';
import { runInPulumiStack } from '@pulumi/pulumi/runtime/stack.js';

/** What it resolves to are the stack's outputs. */
type Program = () => Promise<unknown>;

export interface LanguageHost {
  /** What `pulumi --client` takes. */
  readonly address: string;
  end(): void;
}

export async function serveProgram(program: Program): Promise<LanguageHost> {
  const server = new grpc.Server();
  server.addService(service.LanguageRuntimeService, handlers(program));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, end: () => server.forceShutdown() };
}

function handlers(program: Program): UntypedServiceImplementation {
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
        setAllConfig(Object.fromEntries(request.getConfigMap().entries()), request.getConfigsecretkeysList());
        await runInPulumiStack(program);
        await disconnect(true);
      } catch (error) {
        response.setError(error instanceof Error ? error.message : String(error));
      }
      callback(null, response);
    },
  };
}
