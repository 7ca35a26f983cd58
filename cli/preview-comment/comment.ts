/** The comment on a pull request: what a stack's preview says, for who has to agree to it. Pure. */
import { changeFold, changeLine, downtimeLine } from './change-text.ts';
import type { ProjectChanges } from './changes.ts';
import { fitted, type Section } from './fitted.ts';
import { block, code } from './markdown.ts';
import { type Marked, marker } from './marker.ts';
import type { PolicyFinding } from './policy-findings.ts';
import type { Action } from './risks.ts';

export type Outcome =
  | { kind: 'done'; projects: readonly ProjectChanges[]; unchanged: number; warnings: readonly string[] }
  | { kind: 'failed'; errors: readonly string[] }
  | { kind: 'nothing'; unchanged: number; warnings: readonly string[] };

export interface Preview extends Marked {
  readonly outcome: Outcome;
  readonly policy: readonly PolicyFinding[];
  /** What keeps the whole of it, beside the run. */
  readonly artifact: string;
}

/** Characters that GitHub takes of a comment; it answers 422 for more. */
const longest = 65_536;
/** Characters for the word that it is stale, which may come later. */
const reserved = 1024;
/** Characters of one message of others. */
const longestMessage = 4000;

export function commentOf(preview: Preview): string {
  const { outcome, artifact } = preview;
  const title = `### Preview of stack ${code(preview.stack)}${outcome.kind === 'failed' ? ' failed' : ''}`;
  const commits = `Commit ${code(preview.head.slice(0, 12))} on base ${code(preview.base.slice(0, 12))}.`;
  const begin = `${marker(preview)}${title}\n\n${commits}\n\n`;
  const sections = [policySection(preview.policy), ...outcomeSections(outcome)];
  return `${begin}${fitted(sections, longest - reserved - begin.length, artifact)}\n`;
}

function policySection(findings: readonly PolicyFinding[]): Section {
  const mandatoryFirst = findings.toSorted((one, other) => weight(one) - weight(other));
  const lines = mandatoryFirst.map(
    ({ enforcementLevel, policyName, message }) =>
      `- **${enforcementLevel === 'mandatory' ? 'refused' : 'advice'}** ${code(policyName)}: ${code(shortened(message))}`,
  );
  return { heading: findings.length > 0 ? '#### Policy' : '', entries: lines.map((line) => ({ line })) };
}

function weight({ enforcementLevel }: PolicyFinding): number {
  return enforcementLevel === 'mandatory' ? 0 : 1;
}

function outcomeSections(outcome: Outcome): Section[] {
  if (outcome.kind === 'failed') {
    return outcome.errors.map((error) => ({ heading: block(shortened(error), 'text'), entries: [] }));
  }
  const warnings = outcome.warnings.map((warning) => ({ line: `- **warning** ${code(shortened(warning))}` }));
  const same = `${outcome.unchanged} resources stay as they are`;
  if (outcome.kind === 'nothing') return [{ heading: `Nothing changes: ${same}.`, entries: warnings }];
  const projects = outcome.projects.map((project) => ({
    heading: `#### ${code(project.project)}\n\n${downtimeLine(project)}`,
    entries: project.changes.map((change) => ({ line: changeLine(change), fold: changeFold(change) })),
  }));
  return [{ heading: `${counted(outcome.projects)}; ${same}.`, entries: warnings }, ...projects];
}

const order: readonly Action[] = ['replaced', 'deleted', 'changed', 'created', 'imported'];

/** `**1 replaced, 2 changed**` */
function counted(projects: readonly ProjectChanges[]): string {
  const actions = projects.flatMap(({ changes }) => changes.map(({ action }) => action));
  const counts = order.map((action) => [actions.filter((one) => one === action).length, action] as const);
  return `**${counts.flatMap(([count, action]) => (count > 0 ? [`${count} ${action}`] : [])).join(', ')}**`;
}

function shortened(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > longestMessage ? `${trimmed.slice(0, longestMessage)}…` : trimmed;
}
