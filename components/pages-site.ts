import { PagesDomain } from '@pulumi/cloudflare/pagesDomain.js';
import { PagesProject } from '@pulumi/cloudflare/pagesProject.js';
import * as pulumi from '@pulumi/pulumi';
import type { PlannedSite } from '../stacks/planned-sites.ts';
import { dnsRecord } from './dns-record.ts';

export interface PagesSiteArgs {
  /** As the plan has it. */
  site: PlannedSite;
  /** Of Cloudflare. */
  accountId: string;
  /** What its builds and functions are told. */
  variables: {
    /** Plain ones of deployments of the production branch. */
    production: Record<string, string>;
    /** Plain ones of all other deployments. */
    preview: Record<string, string>;
    /** Of the production branch. */
    secrets: Record<string, pulumi.Input<string>>;
  };
}

/**
 * A static site on Cloudflare Pages: its project, its domains and the names that lead there. What is uploaded to it is
 * not the stack's. A name is there before the domain is asked for, which Cloudflare checks.
 *
 * @example new PagesSite(site.name, { site, accountId, variables: { production: {}, preview: {}, secrets: {} } })
 */
export class PagesSite extends pulumi.ComponentResource {
  /** Names under which Pages itself serves it. */
  readonly subdomain: pulumi.Output<string>;

  constructor(name: string, { site, accountId, variables }: PagesSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super('codeb:index:PagesSite', name, {}, opts);
    const { buildCommand, destination, domains, productionBranch, records } = site;
    const project = new PagesProject(
      site.name,
      {
        accountId,
        name: site.name,
        productionBranch,
        ...((buildCommand !== undefined || destination !== undefined) && {
          buildConfig: {
            ...(buildCommand !== undefined && { buildCommand }),
            ...(destination !== undefined && { destinationDir: destination }),
          },
        }),
        deploymentConfigs: {
          production: { envVars: { ...plain(variables.production), ...secret(variables.secrets) } },
          preview: { envVars: plain(variables.preview) },
        },
      },
      { parent: this },
    );
    const names = records.flatMap((record) => dnsRecord(record, { parent: this, dependsOn: [project] }));
    for (const domain of domains) {
      const args = { accountId, projectName: project.name, name: domain };
      new PagesDomain(domain, args, { parent: this, dependsOn: names });
    }
    this.subdomain = project.subdomain;
    this.registerOutputs({ subdomain: this.subdomain });
  }
}

function plain(variables: Record<string, string>) {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { type: 'plain_text', value }]));
}

function secret(variables: Record<string, pulumi.Input<string>>) {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, { type: 'secret_text', value: pulumi.secret(value) }]),
  );
}
