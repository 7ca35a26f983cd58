/** The program: settings → plan → servers → projects → outputs. */
import * as pulumi from '@pulumi/pulumi';
import { askPagesQuota } from './cloudflare/pages-quota.ts';
import { askPinnedDeployments } from './cloudflare/pinned-deployments.ts';
import { dnsRecord } from './components/dns-record.ts';
import { githubChecks } from './components/github-checks.ts';
import { GithubOwners } from './components/github-owners.ts';
import { Project } from './components/project.ts';
import { Server } from './components/server.ts';
import { SharedDatabases } from './components/shared-databases.ts';
import { stageOf } from './policy/stage.ts';
import { fingerprintsOf } from './stacks/fingerprints.ts';
import { healthTargets, hostsListing } from './stacks/listings.ts';
import { type Plan, type PlannedServer, planOf } from './stacks/plan.ts';
import { describe, type Problem } from './stacks/problems.ts';
import { hostedProjects } from './stacks/projects.ts';
import { registryOf } from './stacks/registry-document.ts';
import { parseSecrets, type Secrets } from './stacks/secrets.ts';
import { secretsOf } from './stacks/settings.ts';

export default async function program() {
  const config = pulumi.runtime.allConfig();
  const planned = planOf(config, hostedProjects);
  if (planned.kind === 'refused') throw refusal(planned.problems);
  const misnamed = nameProblems(pulumi.getStack(), planned.plan);
  if (misnamed.length > 0) throw refusal(misnamed);
  const parsed = parseSecrets(planned.plan, secretsOf(config));
  if (parsed.kind === 'refused') throw refusal(parsed.problems);
  const foreseen = await Promise.all([
    askPagesQuota(planned.plan, process.env),
    askPinnedDeployments(planned.plan, process.env),
  ]);
  const foreseeable = foreseen.flatMap((one) => (one.kind === 'refused' ? one.problems : []));
  if (foreseeable.length > 0) throw refusal(foreseeable);
  for (const one of foreseen) if (one.kind === 'unknown') await pulumi.log.warn(one.warning);
  for (const warning of planned.plan.warnings) await pulumi.log.warn(warning);
  return deploy(planned.plan, parsed.secrets);
}

/** By its name alone a stack counts as a preview, which CI and the sweep destroy: that of a chat `pr-7`, for instance. */
function nameProblems(stack: string, { stage: { environment } }: Plan): Problem[] {
  if (environment === 'preview' || stageOf(stack, hostedProjects).kind !== 'preview') return [];
  const message = `is ${environment}, and the stack is called '${stack}' as a preview is, which the sweep may destroy`;
  return [{ path: 'codeb.environment', message: `${message}; a stack of one chat is {project}-chat-{id}` }];
}

function deploy(plan: Plan, secrets: Secrets) {
  const servers = new Map(
    Object.entries(plan.servers).map(([name, planned]) => [name, deployServer(name, planned, secrets)]),
  );
  const github = new GithubOwners();
  if (plan.checks) githubChecks(plan.checks.repository, plan.checks, { provider: github.provider(plan.checks.owner) });
  const projects = plan.projects.map((project) => {
    const { slug, name, pod } = project;
    const args = {
      project,
      ...(pod && servers.get(pod.server)),
      accountId: plan.cloudflare?.accountId,
      github: project.github && github.provider(project.github.owner),
      secrets: valuesOf(secrets, name),
      fingerprintKey: secrets.fingerprintKey,
      passwordKey: secrets.passwordKey,
    };
    return [slug, project, new Project(slug, args)] as const;
  });
  const deployed = Object.fromEntries(projects.map(([slug, , { deployed }]) => [slug, deployed]));
  const tokens = projects.flatMap(([slug, , { siteToken }]) => (siteToken ? [[slug, siteToken]] : []));
  return {
    projects: Object.fromEntries(
      projects.map(([slug, planned, { url, units, images, deployed }]) => [
        slug,
        { url, server: planned.pod?.server, units, images, ports: deployed.ports, status: deployed.status },
      ]),
    ),
    registry: pulumi.output(deployed).apply((found) => registryOf(plan, found)),
    healthTargets: healthTargets(plan),
    hosts: hostsListing(plan),
    fingerprints: fingerprintsOf(secrets),
    siteTokens: pulumi.secret(Object.fromEntries(tokens)),
  };
}

function valuesOf({ variables }: Secrets, project: string): Record<string, string> {
  return Object.fromEntries(Object.entries(variables[project] ?? {}).map(([name, { value }]) => [name, value]));
}

function deployServer(name: string, { settings, records, shared }: PlannedServer, secrets: Secrets) {
  const server = new Server(name, { settings, credentials: pulumi.secret(secrets.credentials[name] ?? {}) });
  for (const record of records) dnsRecord(record, { server: server.provider, dependsOn: [server.prepared] });
  return { server, shared: shared && new SharedDatabases(`${name}-shared`, { pod: shared, server }) };
}

/** Every problem at once, each on a line of its own. */
function refusal(problems: Problem[]): Error {
  const lines = problems.map((problem) => `  ${describe(problem)}`);
  return new pulumi.RunError(['The stack is refused; nothing was changed:', ...lines].join('\n'));
}
