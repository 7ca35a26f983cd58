/** Other forms of what the plan and the registry say, for tools that read only those. */
import type { Plan } from './plan.ts';
import { podDomains } from './planned-project.ts';
import { stageName } from './names.ts';

interface TargetGroup {
  targets: string[];
  labels: Record<string, string>;
}

/**
 * What answers with success while all is well, for a probe such as the blackbox exporter.
 * Source: https://prometheus.io/docs/guides/file-sd/
 */
export function healthTargets({ projects, stage }: Plan): TargetGroup[] {
  return projects.flatMap(({ name, pod, externals, sites }) => {
    const labels = { project: name, environment: stageName(stage) };
    return [
      ...(pod?.apps ?? []).map((app) => ({
        targets: [`https://${app.domains[0]}${app.health.path}`],
        labels: { ...labels, service: app.name },
      })),
      ...sites.flatMap(({ domains: [domain] }) =>
        domain === undefined ? [] : [{ targets: [`https://${domain}/`], labels: { ...labels, service: 'pages' } }],
      ),
      ...externals.flatMap((external) =>
        external.health === undefined
          ? []
          : [{ targets: [external.health], labels: { ...labels, service: external.name } }],
      ),
    ];
  });
}

/** Names and the server's address, line by line: hosts(5). For a machine that does not ask the stack's name servers. */
export function hostsListing({ projects, servers }: Plan): string {
  return projects
    .flatMap(({ pod }) => {
      const address = pod && servers[pod.server]?.settings.addresses.ipv4;
      return pod === undefined || address === undefined ? [] : podDomains(pod).map((name) => `${address} ${name}\n`);
    })
    .join('');
}
