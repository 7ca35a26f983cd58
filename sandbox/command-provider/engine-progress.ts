import grpc from '@grpc/grpc-js';
import engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/engine_pb.js';

/** Shows a line beside a resource while it is at work; without an engine (tests) it does nothing. */
export type ShowLine = (line: string, urn: string) => void;

export function engineProgress(address: string | undefined): ShowLine {
  if (address === undefined) return () => {};
  const client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  return (line, urn) => {
    const request = new messages.LogRequest();
    request.setSeverity(messages.LogSeverity.INFO);
    request.setMessage(line);
    request.setUrn(urn);
    request.setEphemeral(true);
    client.log(request, () => {});
  };
}
