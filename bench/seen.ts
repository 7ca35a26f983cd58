/** What stands on the server after a run: a tool that is fast because it did not do its work is found out. */
import { createHash } from 'node:crypto';
import type { BenchServer } from './server.ts';
import type { Project } from './work.ts';

export interface Seen {
  /** `{mode} {owner} {SHA-256 or folder}` by path. */
  readonly paths: ReadonlyMap<string, string>;
  /** What Caddy answers, by slug. */
  readonly sites: ReadonlyMap<string, string>;
  /** Everything above with the times of the last change: the same text means that nothing was touched. */
  readonly text: string;
}

const script = `
cd /var/lib/codeb/projects
find . -mindepth 1 -printf 'path 0%m %u %T@ %p\\n'
find . -type f -exec sha256sum {} + | sed 's/^/sum /'
cd /etc/caddy/codeb
for file in *.caddy; do
  [ -e "$file" ] || continue
  echo "site \${file%.caddy} $(stat -c %Y "$file") $(curl -sS -H "Host: \${file%.caddy}.codeb.dev" http://127.0.0.1/)"
done
`;

export async function look(server: BenchServer): Promise<Seen> {
  const text = await server.must(script);
  const lines = text.split('\n').map((line) => line.split(/ +/));
  const sums = new Map(lines.filter(([kind]) => kind === 'sum').map(([, sum = '', path = '']) => [path, sum]));
  const paths = new Map<string, string>();
  const sites = new Map<string, string>();
  for (const [kind, a = '', b = '', c = '', d = ''] of lines) {
    if (kind === 'path') paths.set(absolute(d), `${a} ${b} ${sums.get(d) ?? 'folder'}`);
    if (kind === 'site') sites.set(a, c);
  }
  return { paths, sites, text };
}

function absolute(path: string): string {
  return path.replace(/^\./, '/var/lib/codeb/projects');
}

/** The first thing that is not as it should be, if there is one. */
export function whatIsWrong({ paths, sites }: Seen, projects: readonly Project[]): string | undefined {
  for (const { slug, directory, folders, files } of projects) {
    const wanted = [
      { path: directory, should: '0755 codeb folder' },
      ...folders.map(({ path, mode }) => ({ path: `${directory}/${path}`, should: `${mode} codeb folder` })),
      ...files.map(({ path, mode, content }) => ({
        path: `${directory}/${path}`,
        should: `${mode} codeb ${createHash('sha256').update(content).digest('hex')}`,
      })),
    ];
    for (const { path, should } of wanted) {
      const is = paths.get(path) ?? 'missing';
      if (is !== should) return `${path} is '${is}', expected '${should}'`;
    }
    const answer = sites.get(slug) ?? 'no site file';
    if (answer !== slug) return `the site of ${slug} answers '${answer}'`;
  }
  return undefined;
}
