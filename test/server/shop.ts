/** A small project by the provider's own resources: what the tests of the provider deploy. */
import * as pulumi from '@pulumi/pulumi';
import { CaddySite, type CodebServer, Password, PortLease, Workload } from '../../components/codeb.ts';
import { passwordReference } from '../../provider/secret-reference.ts';

export interface Shop {
  slug: string;
  image?: string;
  /** Seconds. */
  deadline?: number;
  /** Lines added to the container's section. */
  extra?: string;
  variable?: string;
  range?: { from: number; to: number };
  /** In place of the site that leads to the app. */
  site?: string;
  address?: string;
  onDelete?: 'keep' | 'archive' | 'remove';
  /** Mode of the folder `logs`. */
  logs?: string;
  /** A second service, which nobody asks anything. */
  worker?: boolean;
  /** Takes over the workload and the site that are there. */
  imported?: boolean;
}

export const images = {
  first: 'ghcr.io/codeb/sample-app:1.0.0',
  second: 'ghcr.io/codeb/sample-app:1.1.0',
  exits: 'ghcr.io/codeb/sample-app:exits',
  unhealthy: 'ghcr.io/codeb/sample-app:unhealthy',
} as const;

export const directoryOf = (slug: string): string => `/var/lib/codeb/projects/${slug}`;

/** The resources of one shop, and what the tests look at. */
export function shop(provider: CodebServer, options: Shop) {
  const { slug, image = images.first, deadline = 60, extra = '', variable = '', onDelete = 'keep' } = options;
  const { range = { from: 4000, to: 4999 }, address = `http://${slug}.codeb.dev`, logs = '0755' } = options;
  const directory = directoryOf(slug);
  const own = { provider };
  const found = options.imported ? { import: slug } : {};
  const lease = new PortLease(`${slug}-app`, { owner: `${slug}/app`, range }, own);
  const path = `${directory}/config/postgres.password`;
  const password = new Password(`${slug}-postgres`, { owner: slug, path }, own);
  const pod = pulumi.interpolate`[Pod]
PodName=project-${slug}
Network=${slug}.network
PublishPort=127.0.0.1:${lease.port}:3000
PodmanArgs=--exit-policy=continue
`;
  const container = `[Container]
ContainerName=${slug}-app
Image=${image}
Pod=project-${slug}.pod
RunInit=true
EnvironmentFile=${directory}/config/app.env
${extra}
[Service]
Restart=always
[Install]
WantedBy=default.target
`;
  const worker = `[Container]
ContainerName=${slug}-worker
Image=${image}
Network=none
`;
  const workload = new Workload(
    slug,
    {
      slug,
      directory,
      folders: { config: '0700', 'data/postgres': '0700', logs },
      files: {
        'config/app.env': {
          content: `PORT=3000\nVARIABLE=${variable}\nPASSWORD=${passwordReference(path)}\n`,
          mode: '0600',
        },
        'config/motd': { content: `This is ${slug}.\nVariable: ${variable}\n` },
      },
      units: {
        [`${slug}.network`]: { content: `[Network]\nNetworkName=${slug}\nOptions=isolate=strict\n` },
        [`project-${slug}.pod`]: { content: pod },
        [`${slug}-app.container`]: { content: container, restartOn: ['config/app.env'] },
        ...(options.worker === true && { [`${slug}-worker.container`]: { content: worker } }),
      },
      passwords: { [path]: password.fingerprint },
      health: [
        {
          service: `${slug}-app.service`,
          url: pulumi.interpolate`http://127.0.0.1:${lease.port}/api/health`,
          deadline,
        },
      ],
      onDelete,
    },
    { ...own, ...found },
  );
  const content =
    options.site ??
    pulumi.interpolate`${address} {
	reverse_proxy 127.0.0.1:${lease.port} {
		lb_try_duration 30s
	}
}
`;
  const site = new CaddySite(
    slug,
    { name: slug, addresses: [address], content },
    { ...own, ...found, dependsOn: workload },
  );
  return { lease, password, workload, site };
}
