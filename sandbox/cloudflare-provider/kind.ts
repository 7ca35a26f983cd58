/** What the resources of Cloudflare have in common. */
import { z } from 'zod';
import type { Properties } from '../../provider/property-values.ts';
import { type Contract, loadContract } from '../contract/contract.ts';
import type { CloudflareApi } from './api.ts';
import { fromApi, toApi } from './bodies.ts';
import { Comparison } from './comparison.ts';

export const contract: Contract = loadContract('cloudflare');

/** What the API shows of a thing. */
export const shown = z.record(z.string(), z.json());

/** A type of resource: its names to the API and back, and what of it is the program's. */
export class Kind {
  readonly type: string;
  readonly #comparison: Comparison;

  /** @param defaults inputs that count as this value when the program leaves them out */
  constructor(type: string, defaults: Properties) {
    this.type = type;
    this.#comparison = new Comparison(contract, type, defaults);
  }

  toApi(inputs: Properties): Properties {
    return toApi(contract, this.type, inputs);
  }

  fromApi(answer: Properties): Properties {
    return fromApi(contract, this.type, answer);
  }

  inputs(live: Properties, known: Properties | undefined): Properties {
    return this.#comparison.inputs(live, known);
  }

  /** What every resource here answers alike. */
  readonly usual = {
    changed: (before: Properties, after: Properties) => this.#comparison.changed(before, after),
    deleteBeforeReplace: () => false,
    complete: (inputs: Properties) => inputs,
  };
}

/** Deletes; what is gone already is deleted. */
export async function remove(api: CloudflareApi, path: string, headers?: Record<string, string>): Promise<void> {
  await api.find({ method: 'DELETE', path, ...(headers && { headers }) }, z.unknown());
}

/** Splits the id of an import. @throws Error that says its form */
export function importParts(id: string, ...names: string[]): string[] {
  const parts = id.split('/');
  if (parts.length === names.length && parts.every((part) => part !== '')) return parts;
  throw new Error(`"${id}" cannot be imported: the id has the form ${names.map((name) => `<${name}>`).join('/')}`);
}

/** Milliseconds that this machine's clock may be before Cloudflare's. */
const clockSkew = 60_000;

/** Whether a thing came to be in answer to a request of this time: an older one is somebody else's. */
export function isMadeSince(createdOn: unknown, since: number): boolean {
  return typeof createdOn === 'string' && Date.parse(createdOn) >= since - clockSkew;
}
