/** Messages to the person who runs Pulumi. */
import grpc from '@grpc/grpc-js';
import engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/engine_pb.js';

/** A function that shows a warning beside a resource; without an engine (tests) it does nothing. */
export function engineLog(address: string | undefined): (message: string, urn: string) => void {
  if (address === undefined) return () => {};
  let client: InstanceType<typeof engineService.EngineClient> | undefined;
  return (message, urn) => {
    client ??= new engineService.EngineClient(address, grpc.credentials.createInsecure());
    const request = new messages.LogRequest();
    request.setSeverity(messages.LogSeverity.WARNING);
    request.setMessage(message);
    request.setUrn(urn);
    client.log(request, () => {});
  };
}
