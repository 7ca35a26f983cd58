/** The work by this repository's provider: two resources a project. */
import * as pulumi from '@pulumi/pulumi';
import { CaddySite, CodebServer, Workload } from '../../../components/codeb.ts';
import type { Job } from '../../work.ts';

export function codebProgram({ server, projects, privateKey }: Job & { readonly privateKey: string }): void {
  const { host, port, user, hostKey } = server;
  const provider = new CodebServer('server', {
    connection: { host, port, user, hostKey, privateKey },
    privilege: 'root',
  });
  for (const { slug, directory, folders, files, site } of projects) {
    const workload = new Workload(
      slug,
      {
        slug,
        directory,
        folders: Object.fromEntries(folders.map(({ path, mode }) => [path, mode])),
        files: Object.fromEntries(
          files.map(({ path, mode, content }) => [
            path,
            { mode, content: path.includes('secrets') ? pulumi.secret(content) : content },
          ]),
        ),
      },
      { provider },
    );
    new CaddySite(
      slug,
      { name: slug, addresses: [site.address], content: site.content },
      { provider, dependsOn: workload },
    );
  }
}
