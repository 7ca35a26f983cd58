/** Which tool is measured with how many projects at which delay. */

export const toolNames = ['codeb', 'bare', 'pyinfra', 'ansible'] as const;
export type ToolName = (typeof toolNames)[number];

/** Tools that take a round trip or more a file: beyond this many projects only when asked for. */
const slowTools: readonly ToolName[] = ['pyinfra', 'ansible'];
const slowFrom = 20;

export interface Case {
  /** `empty` is a Pulumi program without resources: what the engine itself costs. */
  readonly tool: ToolName | 'empty';
  readonly projects: number;
  /** Round trip to the server in milliseconds; 0 is loopback, straight. */
  readonly delay: number;
}

export interface Choice {
  readonly tools: readonly ToolName[];
  readonly projects: readonly number[];
  readonly delays: readonly number[];
  /** Also the slow tools with many projects. */
  readonly slow: boolean;
}

/** The empty program first, then every combination: the tools of one row of the table right after one another. */
export function casesOf({ tools, projects, delays, slow }: Choice): Case[] {
  const all = delays.flatMap((delay) =>
    projects.flatMap((count) => tools.map((tool) => ({ tool, projects: count, delay }))),
  );
  const chosen = all.filter((one) => slow || one.projects <= slowFrom || !slowTools.includes(one.tool));
  return [{ tool: 'empty', projects: 0, delay: 0 }, ...chosen];
}

export function describeCase({ tool, projects, delay }: Case): string {
  if (tool === 'empty') return 'empty program';
  return `${tool}, ${projects} ${projects === 1 ? 'project' : 'projects'}, ${delay} ms`;
}
