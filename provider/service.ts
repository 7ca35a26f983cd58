/** The provider as Pulumi's engine speaks to it: github.com/pulumi/pulumi, proto/pulumi/provider.proto. */
import { isDeepStrictEqual } from 'node:util';
import type grpc from '@grpc/grpc-js';
import type * as pb from '@pulumi/pulumi/proto/provider_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { z } from 'zod';
import { commonHandlers, configured, difference } from './answers.ts';
import { checked } from './check.ts';
import { changedKeys } from './diff.ts';
import { answering, bag, failure, parseUrn, properties, safeJson } from './grpc-messages.ts';
import { markedPropertiesLike, type Properties, plainProperties, secret, secretStrings } from './property-values.ts';
import { InitFailed } from './init-failed.ts';
import type { Call, Resource } from './resource.ts';
import { couldNotLook, leavesHalfDone } from './operation-error.ts';
import { resourceOf } from './resources.ts';
import { providerConfig } from './schema.ts';
import { Session } from './session.ts';

export const version = '0.1.0';

/** With the server's name, which it keeps whatever its address and its keys are. */
const configuration = providerConfig.extend({ server: z.string().optional() });

export class ProviderService {
  #session: Session | undefined;
  readonly #warn: (message: string, urn: string) => void;
  readonly #warned = new Set<string>();

  constructor(warn: (message: string, urn: string) => void) {
    this.#warn = warn;
  }

  #target(urn: string): { resource: Resource<unknown>; call: Call } {
    if (!this.#session) throw new Error('the provider is not configured: pass an explicit CodebServer as its provider');
    const { owner, type } = parseUrn(urn);
    return { resource: resourceOf(type), call: { session: this.#session, owner } };
  }

  async #configure(request: pb.ConfigureRequest): Promise<pb.ConfigureResponse> {
    const { config } = plainProperties(properties(request.getArgs()));
    if (typeof config === 'string') this.#session = new Session(configuration.parse(JSON.parse(config)));
    return configured();
  }

  async #checkConfig(request: pb.CheckRequest): Promise<pb.CheckResponse> {
    const response = new messages.CheckResponse();
    response.setInputs(request.getNews());
    const { config } = plainProperties(properties(request.getNews()));
    const parsed = typeof config === 'string' ? configuration.safeParse(safeJson(config)) : undefined;
    for (const issue of parsed?.error?.issues ?? []) response.addFailures(failure(issue.path.join('.'), issue.message));
    return response;
  }

  /** What another server holds does not come along. */
  async #diffConfig(request: pb.DiffRequest): Promise<pb.DiffResponse> {
    const [before, after] = [properties(request.getOlds()), properties(request.getNews())];
    const response = difference(changedKeys(before, after));
    const [from, to] = [serverIn(before), serverIn(after)];
    if (from !== undefined && to !== undefined && from !== to) response.setReplacesList(['config']);
    return response;
  }

  async #check(request: pb.CheckRequest): Promise<pb.CheckResponse> {
    const { resource } = this.#target(request.getUrn());
    const { inputs, failures } = checked(resource.schema, properties(request.getNews()));
    const response = new messages.CheckResponse();
    response.setInputs(bag(inputs));
    response.setFailuresList(failures.map(({ property, reason }) => failure(property, reason)));
    return response;
  }

  async #diff(request: pb.DiffRequest): Promise<pb.DiffResponse> {
    const { resource, call } = this.#target(request.getUrn());
    const before = properties(request.getOldInputs());
    const after = properties(request.getNews());
    const changed = changedKeys(before, after).filter((key) => !resource.ignoreInDiff?.includes(key));
    const stays =
      changed.length > 0 &&
      resource.serves?.(changed, plainProperties(after), plainProperties(properties(request.getOlds()))) === true;
    const response = difference(changed);
    response.setReplacesList(stays ? [] : changed.filter((key) => resource.replaceOn.includes(key)));
    response.setDeletebeforereplace(resource.deleteBeforeReplace);
    if (response.getReplacesList().length > 0) resource.leaves?.(call.session, request.getId());
    return response;
  }

  async #create(request: pb.CreateRequest): Promise<pb.CreateResponse> {
    const { resource, call } = this.#target(request.getUrn());
    const marked = properties(request.getProperties());
    const inputs = plainProperties(marked);
    const outputs = request.getPreview()
      ? await this.#preview(request.getUrn(), resource, call, inputs, undefined)
      : await resource.create(call, resource.schema.parse(inputs));
    const response = new messages.CreateResponse();
    response.setId(request.getPreview() ? '' : resource.id(inputs));
    response.setProperties(bag({ ...marked, ...outputs }));
    return response;
  }

  async #update(request: pb.UpdateRequest): Promise<pb.UpdateResponse> {
    const { resource, call } = this.#target(request.getUrn());
    const marked = properties(request.getNews());
    const inputs = plainProperties(marked);
    const before = properties(request.getOlds());
    const outputs = request.getPreview()
      ? await this.#preview(request.getUrn(), resource, call, inputs, before)
      : await resource.update(call, resource.schema.parse(inputs), plainProperties(before)).catch((error: unknown) => {
          if (!leavesHalfDone(error)) throw error;
          const { message } = error;
          throw new InitFailed({ message, id: request.getId(), inputs: marked, outputs: { ...before, ...marked } });
        });
    const response = new messages.UpdateResponse();
    response.setProperties(bag({ ...marked, ...markedPropertiesLike(before, outputs) }));
    return response;
  }

  /** A preview goes on without a server that is not reached or prepared, says so, and leaves open what only it knows. */
  async #preview(
    urn: string,
    resource: Resource<unknown>,
    call: Call,
    inputs: Properties,
    outputs: Properties | undefined,
  ): Promise<Properties> {
    try {
      return await resource.preview(call, inputs, outputs);
    } catch (error) {
      if (!couldNotLook(error)) throw error;
      const reason = error.message;
      if (!this.#warned.has(reason))
        this.#warn(`${reason}; the preview leaves open what only the server can tell`, urn);
      this.#warned.add(reason);
      return outputs ?? {};
    }
  }

  async #read(request: pb.ReadRequest): Promise<pb.ReadResponse> {
    const { resource, call } = this.#target(request.getUrn());
    const markedInputs = properties(request.getInputs());
    const markedOutputs = properties(request.getProperties());
    const inputsBefore = plainProperties(markedInputs);
    const parsed = resource.schema.safeParse(inputsBefore);
    const known = parsed.success ? { inputs: parsed.data, outputs: plainProperties(markedOutputs) } : undefined;
    const found = await resource.read(call, request.getId(), known);
    const response = new messages.ReadResponse();
    if (!found) return response;
    response.setId(request.getId());
    // Turned into messages anew, what has not changed would take most of the time of a refresh.
    if (isDeepStrictEqual([found.inputs, { ...found.outputs, ...inputsBefore }], [inputsBefore, known?.outputs])) {
      response.setInputs(request.getInputs());
      response.setProperties(request.getProperties());
      return response;
    }
    const read = z.record(z.string(), z.json()).parse(found.inputs);
    for (const key of found.secretInputs ?? []) read[key] = secret(read[key] ?? null);
    const inputs = markedPropertiesLike(markedInputs, read);
    response.setInputs(bag(inputs));
    response.setProperties(bag({ ...markedPropertiesLike(markedOutputs, found.outputs), ...inputs }));
    return response;
  }

  async #delete(request: pb.DeleteRequest): Promise<InstanceType<typeof empty.Empty>> {
    const { resource, call } = this.#target(request.getUrn());
    const inputs = resource.schema.parse(plainProperties(properties(request.getOldInputs())));
    await resource.delete(call, inputs, plainProperties(properties(request.getProperties())));
    return new empty.Empty();
  }

  async #close(): Promise<InstanceType<typeof empty.Empty>> {
    await this.#session?.close();
    return new empty.Empty();
  }

  /** The methods under the names that gRPC looks for. */
  handlers(): grpc.UntypedServiceImplementation {
    const newSecrets = (request: pb.UpdateRequest) => secretStrings(properties(request.getNews()));
    const ownSecrets = (request: pb.CreateRequest | pb.DeleteRequest) =>
      secretStrings(properties(request.getProperties()));
    return {
      ...commonHandlers(version),
      diffConfig: answering((request: pb.DiffRequest) => this.#diffConfig(request)),
      checkConfig: answering((request: pb.CheckRequest) => this.#checkConfig(request)),
      configure: answering((request: pb.ConfigureRequest) => this.#configure(request)),
      check: answering((request: pb.CheckRequest) => this.#check(request)),
      diff: answering((request: pb.DiffRequest) => this.#diff(request)),
      create: answering((request: pb.CreateRequest) => this.#create(request), ownSecrets),
      update: answering((request: pb.UpdateRequest) => this.#update(request), newSecrets),
      read: answering((request: pb.ReadRequest) => this.#read(request)),
      delete: answering((request: pb.DeleteRequest) => this.#delete(request), ownSecrets),
      cancel: answering(() => this.#close()),
    };
  }
}

/** The name of the server in a configuration; none where it is not known yet. */
function serverIn(given: Properties): string | undefined {
  const { config } = plainProperties(given);
  return typeof config === 'string' ? configuration.safeParse(safeJson(config)).data?.server : undefined;
}
