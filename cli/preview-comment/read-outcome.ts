/** What a preview came to, by the files that it left. */
import { changesOf } from './changes.ts';
import type { Outcome } from './comment.ts';
import { type PreviewDigest, previewDigest } from './preview.ts';

/** @param failure what the preview wrote when it failed; its output may be cut off then, or missing */
export function outcomeOf(previewText: string | undefined, failure: string | undefined): Outcome {
  const parsed = previewDigest.safeParse(previewText === undefined ? undefined : json(previewText));
  const errors = parsed.success ? messages(parsed.data, 'error') : [];
  if (failure !== undefined)
    return { kind: 'failed', errors: [...errors, failure].filter((text) => text.trim() !== '') };
  if (!parsed.success) throw new Error(`the preview is none of \`pulumi preview --json\`: ${parsed.error.message}`);
  if (errors.length > 0) return { kind: 'failed', errors };
  const projects = changesOf(parsed.data);
  const warnings = messages(parsed.data, 'warning');
  const unchanged = parsed.data.changeSummary.same ?? 0;
  return projects.length > 0
    ? { kind: 'done', projects, unchanged, warnings }
    : { kind: 'nothing', unchanged, warnings };
}

function messages({ diagnostics }: PreviewDigest, severity: string): string[] {
  const own = diagnostics.filter((one) => one.severity === severity);
  // The engine puts the severity before the message.
  return own.map(({ message }) => message.replace(`${severity}: `, ''));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
