/** Steps of a preview as the engine prints them, for what no small program brings about. */
import { z } from 'zod';
import { type PreviewDigest, previewDigest } from '../../cli/preview-comment/preview.ts';

export interface Made {
  op: string;
  /** Without the types of its parents: `codeb:index:Workload`. */
  type: string;
  name: string;
  /** Components around it, from the outermost: `[type, name]`. */
  inside?: [string, string][];
  before?: object;
  after?: object;
  protect?: boolean;
  diffReasons?: string[];
  detailedDiff?: object;
}

export function previewed(...steps: Made[]): PreviewDigest {
  return previewDigest.parse({ steps: steps.map(stepOf), changeSummary: { same: 3 } });
}

function stepOf({ op, type, name, inside = [], before, after, protect, ...reasons }: Made) {
  const urn = urnOf([...inside, [type, name]]);
  const parent = inside.length > 0 ? urnOf(inside) : 'urn:pulumi:production::codeb-infra::pulumi:pulumi:Stack::s';
  const state = (inputs: object) => ({
    urn,
    type,
    parent,
    ...(protect && { protect }),
    inputs: z.json().parse(inputs),
  });
  return {
    ...{ op, urn, detailedDiff: null, ...reasons },
    ...(before && { oldState: state(before) }),
    ...(after && { newState: state(after) }),
  };
}

function urnOf(path: [string, string][]): string {
  const types = path.map(([type]) => type).join('$');
  return `urn:pulumi:production::codeb-infra::${types}::${path.at(-1)?.[1]}`;
}
