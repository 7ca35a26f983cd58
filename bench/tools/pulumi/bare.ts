/** The work as a Pulumi program without a provider of its own does it: one `remote.Command` a file. */
import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import type { Job, Project } from '../../work.ts';

const owner = 'codeb';

export function bareProgram({ server, projects, privateKey }: Job & { readonly privateKey: string }): void {
  const { host, port, user, hostKey } = server;
  const connection = pulumi.secret({ host, port, user, hostKey, privateKey });
  for (const project of projects) {
    const folders = new command.remote.Command(`${project.slug}-folders`, { connection, create: makeFolders(project) });
    const files = project.files.map(
      ({ path, mode, content }) =>
        new command.remote.Command(
          `${project.slug}-${path}`,
          {
            connection,
            create: `install -m ${mode} -o ${owner} -g ${owner} /dev/stdin ${project.directory}/${path}`,
            stdin: path.includes('secrets') ? pulumi.secret(content) : content,
          },
          { dependsOn: folders },
        ),
    );
    new command.remote.Command(
      `${project.slug}-site`,
      { connection, create: putSite(project), stdin: project.site.content },
      { dependsOn: files },
    );
  }
}

function makeFolders({ directory, folders }: Project): string {
  const all = [
    { path: directory, mode: '0755' },
    ...folders.map((one) => ({ ...one, path: `${directory}/${one.path}` })),
  ];
  return all.map(({ path, mode }) => `install -d -m ${mode} -o ${owner} -g ${owner} ${path}`).join(' && ');
}

/** Renamed into place, because the reload that another command asks for may read it at any moment. */
function putSite({ slug, site }: Project): string {
  const fresh = `/etc/caddy/codeb/.${slug}`;
  return [
    `install -m 0644 /dev/stdin ${fresh}`,
    `mv -T ${fresh} ${site.path}`,
    'caddy validate --config /etc/caddy/Caddyfile',
    'systemctl reload caddy',
  ].join(' && ');
}
