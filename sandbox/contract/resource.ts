/** What a stand-in has to answer for a resource or a function. Values are plain; `service.ts` keeps the secret marks. */
import type { Properties } from '../../provider/property-values.ts';
import type { Problem } from './check.ts';

export interface Call<Client> {
  readonly client: Client;
  /** The resource's name in the program. */
  readonly name: string;
  /** Tells the person who runs Pulumi something that is no error. */
  warn(message: string): void;
}

/** What Pulumi's state says of a resource. */
export interface Known {
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface Found extends Known {
  readonly id: string;
}

export interface StandInResource<Client> {
  /** Inputs whose change makes another resource of it, besides those that the contract marks. */
  readonly replaceOn: readonly string[];
  /** The inputs that differ, where what the service fills in by itself is no difference. */
  changed(before: Properties, after: Properties): string[];
  /** Whether the old one has to go before the new one can be made. */
  deleteBeforeReplace(before: Properties, after: Properties): boolean;
  /** The inputs with those that the official plugin fills in by itself; `before` is what they were, if anything. */
  complete(inputs: Properties, before: Properties, name: string): Properties;
  /** What is wrong beyond the contract's types; an input may be `unknown` in a preview. */
  check(inputs: Properties): Problem[];
  create(call: Call<Client>, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  /** As it is now, or nothing when it is gone; `known` is missing on import. */
  read(call: Call<Client>, id: string, known: Known | undefined): Promise<Found | undefined>;
  /** The outputs after it. */
  update(call: Call<Client>, id: string, inputs: Properties, known: Known): Promise<Properties>;
  delete(call: Call<Client>, id: string, known: Known): Promise<void>;
}

export type StandInFunction<Client> = (client: Client, args: Properties) => Promise<Properties>;
