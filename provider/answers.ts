/** Answers to the engine that are the same from every provider in TypeScript. */
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import type * as pb from '@pulumi/pulumi/proto/provider_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import { changedKeys } from './diff.ts';
import { answering, properties } from './grpc-messages.ts';

/** Secrets come marked, and previews reach the provider. */
export function configured(): pb.ConfigureResponse {
  const response = new messages.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  return response;
}

/** What of the inputs is another one now. */
export function difference(changed: string[]): pb.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse();
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList(changed);
  return response;
}

/** Methods that know of no resource. */
export function commonHandlers(version: string) {
  return {
    getPluginInfo: answering(async () => {
      const info = new plugin.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getSchema: answering(async () => {
      const response = new messages.GetSchemaResponse();
      response.setSchema('{}');
      return response;
    }),
    diffConfig: answering(async (request: pb.DiffRequest) =>
      difference(changedKeys(properties(request.getOlds()), properties(request.getNews()))),
    ),
  };
}
