/** A small project alone, as the program makes it of its plan. */
import { GithubOwners } from '../../components/github-owners.ts';
import { Project } from '../../components/project.ts';
import type { ProjectSpec } from '../../stacks/project.ts';
import { settings } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { type Registered, runMocked } from './mocked-engine.ts';

export const accountId = 'a'.repeat(32);

export interface Alone {
  spec: ProjectSpec;
  /** Changes to the settings of production. */
  changes?: Record<string, unknown>;
  secrets?: Record<string, string>;
}

/** What it registers without a server; Cloudflare has the zone `shop.dev`. */
export async function registeredAlone({ spec, changes, secrets = {} }: Alone): Promise<Registered[]> {
  const cloudflare = { accountId, zones: { 'shop.dev': { id: 'b'.repeat(32) } } };
  const [project] = planned({ settings: settings({ cloudflare, ...changes }), projects: [spec] }).projects;
  if (!project) throw new Error('no project was planned');
  const program = async () => {
    const github = project.github && new GithubOwners().provider(project.github.owner);
    new Project(project.slug, { project, accountId, github, secrets, fingerprintKey: '' });
  };
  return (await runMocked(program, { config: {} })).registered;
}

/** Inputs of all resources of a type, which is the last word of its name. */
export function inputsOf(registered: readonly Registered[], type: string): Registered['inputs'][] {
  return registered.filter((one) => one.type.endsWith(`:${type}`)).map(({ inputs }) => inputs);
}
