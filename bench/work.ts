/** The work that every tool is given: the files of a project as codeb lays them out, and its Caddy site. */
import { z } from 'zod';

/** A path is relative to the project's folder; a mode is octal, such as '0600'. */
const folder = z.object({ path: z.string(), mode: z.string() });
const file = folder.extend({ content: z.string() });

export const project = z.object({
  slug: z.string(),
  /** Absolute; owned, like all that is in it, by the user `codeb`. */
  directory: z.string(),
  /** Each after the one that it is in. */
  folders: z.array(folder),
  files: z.array(file),
  /** One file a site, root's and 0644; `path` is absolute. */
  site: z.object({ path: z.string(), address: z.string(), content: z.string() }),
});

/** How a tool reaches the server. */
export const endpoint = z.object({
  host: z.string(),
  port: z.int(),
  user: z.string(),
  /** `ssh-ed25519 AAAA…`, also in the file, as known_hosts (sshd(8)) has it. */
  hostKey: z.string(),
  knownHostsFile: z.string(),
  privateKeyFile: z.string(),
});

/** What a tool reads from `job.json` at each run. */
export const job = z.object({ server: endpoint, projects: z.array(project) });

export type Project = z.output<typeof project>;
export type Endpoint = z.output<typeof endpoint>;
export type Job = z.output<typeof job>;

const firstTag = '1.0.0';
const secondTag = '1.1.0';

/** `count` projects, alike but for their names. */
export function projects(count: number): Project[] {
  return Array.from({ length: count }, (_, index) => projectOf(`project-${String(index + 1).padStart(3, '0')}`));
}

/** The same with another image in the last of them: one file changes. */
export function withChangedImage(before: readonly Project[]): Project[] {
  return before.map((one, index) => (index === before.length - 1 ? projectOf(one.slug, secondTag) : one));
}

function projectOf(slug: string, tag = firstTag): Project {
  const address = `http://${slug}.codeb.dev`;
  return {
    slug,
    directory: `/var/lib/codeb/projects/${slug}`,
    folders: [
      { path: 'app', mode: '0755' },
      { path: 'config', mode: '0700' },
      { path: 'data', mode: '0755' },
      { path: 'data/postgres', mode: '0700' },
      { path: 'logs', mode: '0755' },
    ],
    files: [
      { path: 'config/app.env', mode: '0600', content: `PORT=3000\nPROJECT=${slug}\nLOG_LEVEL=info\n` },
      { path: 'config/app.secrets.env', mode: '0600', content: `SESSION_KEY=of-${slug}-for-the-benchmark\n` },
      { path: `app/project-${slug}.pod`, mode: '0644', content: podUnit(slug) },
      {
        path: `app/${slug}.network`,
        mode: '0644',
        content: `[Network]\nNetworkName=${slug}\nOptions=isolate=strict\n`,
      },
      { path: `app/${slug}-app.container`, mode: '0644', content: containerUnit(slug, tag) },
      { path: 'app/README', mode: '0644', content: `${slug} is made by the benchmark.\n` },
    ],
    site: { path: `/etc/caddy/codeb/${slug}.caddy`, address, content: `${address} {\n\trespond "${slug}"\n}\n` },
  };
}

function podUnit(slug: string): string {
  return `[Pod]\nPodName=project-${slug}\nNetwork=${slug}.network\nPodmanArgs=--exit-policy=continue\n`;
}

function containerUnit(slug: string, tag: string): string {
  return `[Container]
ContainerName=${slug}-app
Image=ghcr.io/codeb/sample-app:${tag}
Pod=project-${slug}.pod
RunInit=true
EnvironmentFile=/var/lib/codeb/projects/${slug}/config/app.env

[Service]
Restart=always

[Install]
WantedBy=default.target
`;
}
