/** Messages to the person who runs Pulumi. */
import grpc from '@grpc/grpc-js';
import engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/engine_pb.js';

/** Shows a message beside a resource. */
export type EngineLog = (message: string, urn: string) => void;

/**
 * The log of the engine at this address; without one (tests) nothing is shown.
 *
 * @param kind a `warning` stays; `progress` is there for as long as the resource is at work
 */
export function engineLog(address: string | undefined, kind: 'warning' | 'progress'): EngineLog {
  if (address === undefined) return () => {};
  let client: InstanceType<typeof engineService.EngineClient> | undefined;
  return (message, urn) => {
    client ??= new engineService.EngineClient(address, grpc.credentials.createInsecure());
    const request = new messages.LogRequest();
    request.setSeverity(kind === 'warning' ? messages.LogSeverity.WARNING : messages.LogSeverity.INFO);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(kind === 'progress');
    client.log(request, () => {});
  };
}
