/** Where each project of a stack goes, and what stands in the way. */
import { environments } from './environments.ts';
import { moves, parseImage } from './image.ts';
import type { Stage } from './names.ts';
import type { Placement } from './planned-project.ts';
import type { Problem } from './problems.ts';
import type { Project } from './project.ts';
import type { Settings } from './settings.ts';

export function stageOf(settings: Settings): Stage {
  return settings.environment === 'preview'
    ? { environment: 'preview', pullRequest: settings.pullRequest }
    : { environment: settings.environment };
}

export interface Placements {
  placements: Placement[];
  problems: Problem[];
}

/** The chosen projects, or all that name the stack's environment; `known` are the names of all there are. */
export function place(settings: Settings, projects: readonly Project[], known: readonly string[]): Placements {
  const result: Placements = { placements: [], problems: [] };
  for (const project of projects) {
    if (settings.projects && !settings.projects[project.name]) continue;
    if (!settings.projects && !project.environments[settings.environment]) continue;
    const found = placeOne(settings, project);
    if (Array.isArray(found)) result.problems.push(...found);
    else result.placements.push(found);
  }
  for (const name of Object.keys(settings.projects ?? {})) {
    if (known.includes(name)) continue;
    const message = `no such project; there are ${known.join(', ') || 'none'}`;
    result.problems.push({ path: `codeb.projects.${name}`, message });
  }
  return result;
}

function placeOne(settings: Settings, project: Project): Placement | Problem[] {
  const { environment } = settings;
  const stage = stageOf(settings);
  const base = `projects.${project.name}`;
  const deployment = project.environments[environment];
  if (!deployment) {
    const message = `does not name ${environment}, and 'codeb.projects' chooses it for this stack`;
    return [{ path: `${base}.environments`, message }];
  }
  const chosen = settings.projects?.[project.name];
  const app = project.services.app;
  const [image, imagePath] = chosen?.image
    ? [chosen.image, `codeb.projects.${project.name}.image`]
    : deployment.image
      ? [deployment.image, `${base}.environments.${environment}.image`]
      : [app.image, `${base}.services.app.image`];
  const [server, serverPath] = chosen?.server
    ? [chosen.server, `codeb.projects.${project.name}.server`]
    : [deployment.server, `${base}.environments.${environment}.server`];
  const serverSettings = settings.servers[server];
  const problems: Problem[] = [];
  if (!serverSettings) {
    const known = Object.keys(settings.servers).join(', ');
    problems.push({ path: serverPath, message: `unknown server '${server}'; 'codeb.servers' has ${known}` });
  }
  const reference = parseImage(image);
  if (reference && moves(reference) && !environments[environment].movingTags) {
    const message = `'${image}' can mean another image tomorrow; ${environment} needs a tag of a version, or a digest`;
    problems.push({ path: imagePath, message });
  }
  if (!serverSettings || problems.length > 0) return problems;
  const publishedPort = deployment.publishedPort ?? app.publishedPort;
  return {
    project,
    stage,
    server,
    settings: serverSettings,
    image,
    paths: {
      publishedPort: deployment.publishedPort
        ? `${base}.environments.${environment}.publishedPort`
        : `${base}.services.app.publishedPort`,
      customDomains: `${base}.environments.${environment}.customDomains`,
    },
    ...(publishedPort !== undefined && { publishedPort }),
    customDomains: deployment.customDomains,
  };
}
