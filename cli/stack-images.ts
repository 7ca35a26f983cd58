/** The images of a stack's projects in its file `Pulumi.<stack>.yaml`. */
import { type Document, isMap } from 'yaml';
import type { EnvironmentName } from '../stacks/environments.ts';
import type { ProjectSpec } from '../stacks/project.ts';

export interface ImageChange {
  readonly project: string;
  /** By app and worker. */
  readonly images: Readonly<Record<string, string>>;
  readonly environment: EnvironmentName;
  /** `only`: the stack runs this project, as it stands in the file, and no other. */
  readonly others: 'kept' | 'only';
}

const key = ['config', 'codeb:projects'];

/**
 * The text of the file with these images; comments and all else stay. A stack that names no project runs every one, so
 * the first image that is set there names all of them.
 */
export function withImages(document: Document, change: ImageChange, projects: readonly ProjectSpec[]): string {
  const { project, images, environment, others } = change;
  if (others === 'only')
    document.setIn(key, document.createNode({ [project]: document.getIn([...key, project]) ?? {} }));
  else if (!isMap(document.getIn(key))) {
    const running = projects.filter(({ environments }) => environments[environment]).map(({ name }) => name);
    document.setIn(key, document.createNode(Object.fromEntries(running.map((name) => [name, {}]))));
  }
  for (const [service, image] of Object.entries(images)) document.setIn([...key, project, 'images', service], image);
  return document.toString({ lineWidth: 0 });
}
