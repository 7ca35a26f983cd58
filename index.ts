/** The program: settings → plan → servers → projects → outputs. */
import * as pulumi from '@pulumi/pulumi';
import { dnsRecord } from './components/dns-record.ts';
import { Project } from './components/project.ts';
import { Server } from './components/server.ts';
import { SharedDatabases } from './components/shared-databases.ts';
import { type Plan, type PlannedServer, plan } from './stacks/plan.ts';
import { describe, type Problem } from './stacks/problems.ts';
import { hostedProjects } from './stacks/projects.ts';
import { registryOf } from './stacks/registry.ts';
import { parseSecrets, type Secrets } from './stacks/secrets.ts';
import { secretsOf, settingsOf } from './stacks/settings.ts';

export default async function program() {
  const config = pulumi.runtime.allConfig();
  const planned = plan({ settings: settingsOf(config), projects: hostedProjects });
  if (planned.kind === 'refused') throw refusal(planned.problems);
  const parsed = parseSecrets(planned.plan, secretsOf(config));
  if (parsed.kind === 'refused') throw refusal(parsed.problems);
  return deploy(planned.plan, parsed.secrets);
}

function deploy(plan: Plan, secrets: Secrets) {
  const servers = new Map(
    Object.entries(plan.servers).map(([name, planned]) => [name, deployServer(name, planned, secrets)]),
  );
  const projects = plan.projects.map((planned) => {
    const { slug, name, server: serverName } = planned;
    const server = servers.get(serverName);
    if (!server) throw new Error(`the plan of '${slug}' names a server '${serverName}' that it does not have`);
    const variables = pulumi.secret(secrets.variables[name] ?? {});
    return [slug, planned, new Project(slug, { project: planned, ...server, variables })] as const;
  });
  const deployed = Object.fromEntries(
    projects.map(([slug, , { ports, digest, status }]) => [slug, { ports, digest, status }]),
  );
  return {
    projects: Object.fromEntries(
      projects.map(([slug, planned, { url, ports, units, image, digest, status }]) => [
        slug,
        { url, server: planned.server, ports, units, image, digest, status },
      ]),
    ),
    registry: pulumi.output(deployed).apply((found) => registryOf(plan, found)),
  };
}

function deployServer(name: string, { settings, records, shared }: PlannedServer, secrets: Secrets) {
  const server = new Server(name, { settings, credentials: pulumi.secret(secrets.credentials[name] ?? {}) });
  for (const record of records) dnsRecord(record, { provider: server.provider, dependsOn: [server.prepared] });
  return { server, shared: shared && new SharedDatabases(`${name}-shared`, { pod: shared, server }) };
}

/** Every problem at once, each on a line of its own. */
function refusal(problems: Problem[]): Error {
  const lines = problems.map((problem) => `  ${describe(problem)}`);
  return new pulumi.RunError(['The stack is refused; nothing was changed:', ...lines].join('\n'));
}
