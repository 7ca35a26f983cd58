/** What a resource of the provider has to answer. Values are plain here; secret marks are kept by `service.ts`. */
import type { z } from 'zod';
import type { Properties } from './property-values.ts';
import type { Session } from './session.ts';

export type Call = {
  session: Session;
  /** `{project}/{stack}` of Pulumi that asks. */
  owner: string;
};

export type ReadState<Inputs> = {
  inputs: Inputs;
  outputs: Properties;
  /** Inputs that nobody has marked as secret yet: those of an import. */
  secretInputs?: readonly string[];
};

export interface Resource<Inputs> {
  schema: z.ZodType<Inputs>;
  /** Inputs whose change makes another resource of it. */
  replaceOn: readonly string[];
  /** Whether the one that is there serves the changed inputs all the same, also where one of `replaceOn` is among them. */
  serves?(changed: readonly string[], inputs: Properties, outputs: Properties): boolean;
  /** Inputs whose change alone changes nothing: the same said in another way. */
  ignoreInDiff?: readonly string[];
  /** Whether the old one has to go before the new one can be made. */
  deleteBeforeReplace: boolean;
  /** Told that the one of this id is going to be replaced, and goes before the new one is made. */
  leaves?(session: Session, id: string): void;
  id(inputs: Inputs): string;
  create(call: Call, inputs: Inputs): Promise<Properties>;
  update(call: Call, inputs: Inputs, outputs: Properties): Promise<Properties>;
  /** Outputs that a preview can tell; what it cannot is `unknown`. Rejects when the server cannot be asked. */
  preview(call: Call, inputs: Inputs, outputs: Properties | undefined): Promise<Properties>;
  /** As it is on the server, or nothing when it is gone; `known` is missing on import. */
  read(call: Call, id: string, known: ReadState<Inputs> | undefined): Promise<ReadState<Inputs> | undefined>;
  delete(call: Call, inputs: Inputs, outputs: Properties): Promise<void>;
}
