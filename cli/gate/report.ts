/** What the gate says, for people and for programs. */
import { styleText } from 'node:util';
import { type Verdict, worstOf } from './judgement.ts';
import type { Condition, ProjectReport } from './project-gate.ts';

export interface Report {
  stack: string;
  projects: ProjectReport[];
  /** Of which nothing was asked, so that nothing is said of them: neither go nor no-go. */
  notJudged: { project: string; reason: string }[];
}

export function isGo({ projects }: Report): boolean {
  return worstOf(projects) !== 'no-go';
}

export function asJson(report: Report): string {
  return `${JSON.stringify({ ...report, verdict: isGo(report) ? 'go' : 'no-go' }, undefined, 2)}\n`;
}

const colours = { go: 'green', unknown: 'yellow', 'no-go': 'red' } as const;
const columns = { verdict: 'unknown'.length, name: 'Observability'.length };
/** Before a reason. */
const indent = '  '.length + columns.verdict + '  '.length + columns.name + '  '.length;
/** Characters that a reason has at least, however narrow the terminal is. */
const narrowest = 30;

/** @param width characters of the terminal; without one no line is broken */
export function asText(report: Report, width: number | undefined): string {
  const projects = report.projects.map((project) =>
    [titleOf(project), ...project.conditions.flatMap((one) => linesOf(one, width))].join('\n'),
  );
  const left = report.notJudged.map(({ project, reason }) => `${painted('bold', project)}  not judged: ${reason}`);
  return `${[...projects, ...(left.length > 0 ? [left.join('\n')] : []), conclusionOf(report)].join('\n\n')}\n`;
}

function titleOf({ project, repository, commit, branch }: ProjectReport): string {
  const at =
    repository === null ? 'no repository on github.com' : `${repository} at ${commit ?? `the tip of ${branch}`}`;
  return `${painted('bold', project)}  ${at}`;
}

function linesOf({ name, verdict, reasons }: Condition, width: number | undefined): string[] {
  const lines = reasons.flatMap((reason) => broken(reason, width));
  const head = `  ${painted(colours[verdict], verdict.padEnd(columns.verdict))}  ${name.padEnd(columns.name)}  `;
  return lines.map((line, index) => (index === 0 ? head : ' '.repeat(indent)) + line);
}

/** Between words; what belongs to a reason stands below its beginning, further in. */
function broken(reason: string, width: number | undefined): string[] {
  const most = width === undefined ? Infinity : Math.max(narrowest, width - indent);
  const lines = [''];
  for (const word of reason.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.trim() === '' || line.length + 1 + word.length <= most)
      lines[lines.length - 1] = line ? `${line} ${word}` : word;
    else lines.push(`  ${word}`);
  }
  return lines;
}

function conclusionOf(report: Report): string {
  const conditions = report.projects.flatMap((one) => one.conditions);
  const unseen = conditions.filter(({ verdict }) => verdict === 'unknown').length;
  if (isGo(report)) {
    const counted = Object.entries({ unknown: unseen, 'not judged': report.notJudged.length });
    const told = counted.flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
    return painted('green', told.length > 0 ? `GO (${told.join(', ')})` : 'GO');
  }
  const names = report.projects.flatMap(({ project, conditions: own }) => {
    const found = own.filter(({ verdict }) => verdict === 'no-go').map(({ name }) => name);
    return found.length > 0 ? [`${project} (${found.join(', ')})`] : [];
  });
  return painted('red', `NO-GO: ${names.join(', ')}`);
}

/** styleText leaves the colour out where there is no terminal, and where NO_COLOR says so. */
function painted(colour: 'bold' | (typeof colours)[Verdict], text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}
