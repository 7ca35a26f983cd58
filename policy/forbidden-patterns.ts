/**
 * What nobody may write to get past a check. Source: CodeB master plan, 6.3 "Bypass Prevention Rules". The expressions are
 * written so that none of them matches its own text.
 */

export interface ForbiddenPattern {
  /** As the text has it. */
  readonly pattern: string;
  /** Counted from 1. */
  readonly line: number;
  readonly why: string;
}

const patterns: readonly { readonly expression: RegExp; readonly why: string }[] = [
  { expression: /\|\|\s*true\b/, why: 'a failure passes for a success' },
  { expression: /@ts-(?:ignore)\b/, why: 'a type error is hidden, not mended' },
  { expression: /\beslint-(?:disable)\b/, why: "a linter's finding is hidden, not mended" },
  { expression: /\bchmod\s+(?:-\S+\s+)*0?777\b/, why: 'everybody on the machine may change it' },
  { expression: /--(?:privileged)\b(?!=false)/, why: 'the container may do what root of the machine may' },
  {
    expression: /^\s*(?:Privileged)\s*=(?!\s*(?:false|no|0|off)\b)/,
    why: 'the container may do what root of the machine may',
  },
];

/** Every forbidden pattern of a text, in the order of its lines. */
export function findForbidden(text: string): ForbiddenPattern[] {
  return text.split('\n').flatMap((content, index) =>
    patterns.flatMap(({ expression, why }) => {
      const pattern = expression.exec(content)?.[0].trim();
      return pattern === undefined ? [] : [{ pattern, line: index + 1, why }];
    }),
  );
}
