/** What `pulumi preview --json` prints: github.com/pulumi/pulumi, pkg/display/json.go, PreviewDigest. */
import { z } from 'zod';

const properties = z.record(z.string(), z.json());

const state = z.object({
  urn: z.string(),
  type: z.string(),
  parent: z.string().optional(),
  protect: z.boolean().default(false),
  inputs: properties.default({}),
  outputs: properties.default({}),
});

const step = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: state.optional(),
  newState: state.optional(),
  diffReasons: z.array(z.string()).default([]),
  /** By property path; null where the provider tells none. */
  detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
});

const diagnostic = z.object({ message: z.string().default(''), severity: z.string().default('info') });

export const previewDigest = z.object({
  steps: z.array(step).default([]),
  diagnostics: z.array(diagnostic).default([]),
  changeSummary: z.record(z.string(), z.int()).default({}),
});

export type PreviewDigest = z.output<typeof previewDigest>;
export type Step = z.output<typeof step>;
export type Inputs = z.output<typeof properties>;

/** What the engine writes for a secret. */
export const hidden = '[secret]';

/** `urn:pulumi:{stack}::{project}::{parent types$type}::{name}`; its own type is the last of `types`. */
export function partsOf(urn: string): { types: string[]; type: string; name: string } {
  const [, , chain = '', ...name] = urn.split('::');
  const types = chain.split('$');
  return { types, type: types.at(-1) ?? '', name: name.join('::') };
}
