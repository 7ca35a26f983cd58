/** A stand-in of an official provider as Pulumi's engine speaks to it: github.com/pulumi/pulumi, provider.proto. */
import type grpc from '@grpc/grpc-js';
import type * as pb from '@pulumi/pulumi/proto/provider_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { commonHandlers, configured, difference } from '../../provider/answers.ts';
import type { EngineLog } from '../../provider/engine-log.ts';
import { answering, bag, failure, parseUrn, properties } from '../../provider/grpc-messages.ts';
import {
  hasUnknown,
  markedPropertiesLike,
  type Properties,
  plainProperties,
  secretStrings,
  unknown,
} from '../../provider/property-values.ts';
import { checkAgainst, checkCallArguments, replacingInputs } from './check.ts';
import { configurationOf } from './configuration.ts';
import { type Contract, functionShape, resourceShape } from './contract.ts';
import type { Call, Known, StandInFunction, StandInResource } from './resource.ts';
import { withContractSecrets } from './secrets.ts';
import { sdkVersion } from './version.ts';

export interface StandIn<Client> {
  readonly contract: Contract;
  /** @throws Error that says what is missing in the provider's configuration. */
  connect(config: Properties): Client;
  /** By the type of the contract; what it does not have is refused by name. */
  readonly resources: Readonly<Record<string, StandInResource<Client>>>;
  readonly functions: Readonly<Record<string, StandInFunction<Client>>>;
}

interface Target<Client> {
  readonly type: string;
  readonly resource: StandInResource<Client>;
}

export class StandInService<Client> {
  readonly #standIn: StandIn<Client>;
  readonly #warn: EngineLog;
  #config: Properties = {};
  #client: Client | undefined;

  constructor(standIn: StandIn<Client>, warn: EngineLog) {
    this.#standIn = standIn;
    this.#warn = warn;
  }

  /** Made when it is first needed: a preview of what needs no look at the service goes without it. */
  #connected(): Client {
    this.#client ??= this.#standIn.connect(this.#config);
    return this.#client;
  }

  #target(urn: string): Target<Client> {
    const { type } = parseUrn(urn);
    resourceShape(this.#standIn.contract, type);
    const resource = this.#standIn.resources[type];
    if (!resource) throw new Error(`the stand-in does not do ${type} yet`);
    return { type, resource };
  }

  #call(urn: string): Call<Client> {
    const warn = (message: string) => this.#warn(message, urn);
    return { client: this.#connected(), name: nameOf(urn), warn };
  }

  async #configure(request: pb.ConfigureRequest): Promise<pb.ConfigureResponse> {
    this.#config = configurationOf(this.#standIn.contract, properties(request.getArgs()));
    return configured();
  }

  async #checkConfig(request: pb.CheckRequest): Promise<pb.CheckResponse> {
    const response = new messages.CheckResponse();
    response.setInputs(request.getNews());
    return response;
  }

  async #check(request: pb.CheckRequest): Promise<pb.CheckResponse> {
    const { type, resource } = this.#target(request.getUrn());
    const marked = properties(request.getNews());
    const before = plainProperties(properties(request.getOlds()));
    const problems = checkAgainst(this.#standIn.contract, type, marked);
    const inputs = resource.complete(plainProperties(marked), before, nameOf(request.getUrn()));
    if (problems.length === 0) problems.push(...resource.check(inputs));
    const response = new messages.CheckResponse();
    response.setInputs(bag(this.#marked(type, inputs, marked)));
    response.setFailuresList(problems.map(({ property, reason }) => failure(property, reason)));
    return response;
  }

  async #diff(request: pb.DiffRequest): Promise<pb.DiffResponse> {
    const { type, resource } = this.#target(request.getUrn());
    const before = plainProperties(properties(request.getOldInputs()));
    const after = plainProperties(properties(request.getNews()));
    const changed = resource.changed(before, after);
    const replacing = [...resource.replaceOn, ...replacingInputs(this.#standIn.contract, type)];
    const response = difference(changed);
    response.setReplacesList(changed.filter((key) => replacing.includes(key)));
    response.setDeletebeforereplace(resource.deleteBeforeReplace(before, after));
    return response;
  }

  async #create(request: pb.CreateRequest): Promise<pb.CreateResponse> {
    const { type, resource } = this.#target(request.getUrn());
    const marked = properties(request.getProperties());
    const response = new messages.CreateResponse();
    if (request.getPreview()) {
      const open = Object.keys(resourceShape(this.#standIn.contract, type).outputs).map((name) => [name, unknown]);
      response.setProperties(bag({ ...Object.fromEntries(open), ...marked }));
      return response;
    }
    const inputs = plainProperties(marked);
    const { id, outputs } = await resource.create(this.#call(request.getUrn()), inputs);
    response.setId(id);
    response.setProperties(bag(this.#marked(type, { ...inputs, ...outputs }, marked)));
    return response;
  }

  async #update(request: pb.UpdateRequest): Promise<pb.UpdateResponse> {
    const { type, resource } = this.#target(request.getUrn());
    const marked = properties(request.getNews());
    const inputs = plainProperties(marked);
    const before = properties(request.getOlds());
    const known = { inputs: plainProperties(properties(request.getOldInputs())), outputs: plainProperties(before) };
    const outputs = request.getPreview()
      ? known.outputs
      : await resource.update(this.#call(request.getUrn()), request.getId(), inputs, known);
    const given = request.getPreview() ? { ...outputs, ...inputs } : { ...inputs, ...outputs };
    const response = new messages.UpdateResponse();
    response.setProperties(bag(this.#marked(type, given, { ...before, ...marked })));
    return response;
  }

  async #read(request: pb.ReadRequest): Promise<pb.ReadResponse> {
    const { type, resource } = this.#target(request.getUrn());
    const markedInputs = properties(request.getInputs());
    const markedOutputs = properties(request.getProperties());
    const known = { inputs: plainProperties(markedInputs), outputs: plainProperties(markedOutputs) };
    const isKnown = Object.keys({ ...known.inputs, ...known.outputs }).length > 0;
    const found = await resource.read(this.#call(request.getUrn()), request.getId(), isKnown ? known : undefined);
    const response = new messages.ReadResponse();
    if (!found) return response;
    response.setId(found.id);
    response.setInputs(bag(this.#marked(type, found.inputs, markedInputs)));
    response.setProperties(bag(this.#marked(type, found.outputs, { ...markedInputs, ...markedOutputs })));
    return response;
  }

  async #delete(request: pb.DeleteRequest): Promise<InstanceType<typeof empty.Empty>> {
    const { resource } = this.#target(request.getUrn());
    const known: Known = {
      inputs: plainProperties(properties(request.getOldInputs())),
      outputs: plainProperties(properties(request.getProperties())),
    };
    await resource.delete(this.#call(request.getUrn()), request.getId(), known);
    return new empty.Empty();
  }

  async #invoke(request: pb.InvokeRequest): Promise<pb.InvokeResponse> {
    const marked = properties(request.getArgs());
    const token = request.getTok();
    const problems = checkCallArguments(this.#standIn.contract, token, marked);
    const response = new messages.InvokeResponse();
    response.setFailuresList(problems.map(({ property, reason }) => failure(property, reason)));
    if (problems.length > 0) return response;
    const run = this.#standIn.functions[token];
    if (!run) throw new Error(`the stand-in does not do ${token} yet`);
    const args = plainProperties(marked);
    const open = Object.keys(functionShape(this.#standIn.contract, token).outputs).map((name) => [name, unknown]);
    response.setReturn(bag(hasUnknown(args) ? Object.fromEntries(open) : await run(this.#connected(), args)));
    return response;
  }

  /** Marked where the contract says so, and where `model` is. */
  #marked(type: string, values: Properties, model: Properties): Properties {
    return markedPropertiesLike(model, withContractSecrets(this.#standIn.contract, type, values));
  }

  /** The methods under the names that gRPC looks for. */
  handlers(): grpc.UntypedServiceImplementation {
    const version = sdkVersion(this.#standIn.contract.provider);
    const secretsOf = (...bags: Properties[]) => bags.flatMap((one) => secretStrings(one));
    return {
      ...commonHandlers(version),
      checkConfig: answering((request: pb.CheckRequest) => this.#checkConfig(request)),
      configure: answering((request: pb.ConfigureRequest) => this.#configure(request)),
      check: answering((request: pb.CheckRequest) => this.#check(request)),
      diff: answering((request: pb.DiffRequest) => this.#diff(request)),
      create: answering(
        (request: pb.CreateRequest) => this.#create(request),
        (request) => secretsOf(properties(request.getProperties())),
      ),
      update: answering(
        (request: pb.UpdateRequest) => this.#update(request),
        (request) => secretsOf(properties(request.getNews()), properties(request.getOlds())),
      ),
      read: answering(
        (request: pb.ReadRequest) => this.#read(request),
        (request) => secretsOf(properties(request.getProperties())),
      ),
      delete: answering(
        (request: pb.DeleteRequest) => this.#delete(request),
        (request) => secretsOf(properties(request.getProperties())),
      ),
      invoke: answering((request: pb.InvokeRequest) => this.#invoke(request)),
      cancel: answering(async () => new empty.Empty()),
    };
  }
}

/** `urn:pulumi:{stack}::{project}::{parent types$type}::{name}` */
function nameOf(urn: string): string {
  return urn.split('::').slice(3).join('::');
}
