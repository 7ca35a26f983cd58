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
    /** In deployments of the production branch. */
    production: SiteVariables;
    /** In all other deployments. */
    preview: SiteVariables;
  };
}

export interface SiteVariables {
  plain: Record<string, string>;
  /** Cloudflare shows them to nobody. */
  secrets: Record<string, pulumi.Input<string>>;
}

/**
 * A static site on Cloudflare Pages: its project, its domains and the names that lead there. What is uploaded to it is
 * not the stack's. A name is there before the domain is asked for, which Cloudflare checks.
 *
 * @example
 * const none = { plain: {}, secrets: {} };
 * new PagesSite(site.name, { site, accountId, variables: { production: none, preview: none } })
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
          production: { envVars: envVars(variables.production) },
          preview: { envVars: envVars(variables.preview) },
        },
      },
      { parent: this },
    );
    const names = records.flatMap((record) => dnsRecord(record, { parent: this, dependsOn: [project] }));
    for (const domain of domains) {
      const args = { accountId, projectName: project.name, name: domain };
      // Cloudflare refuses a domain that another project still has.
      new PagesDomain(domain, args, { parent: this, dependsOn: names, deleteBeforeReplace: true });
    }
    this.subdomain = project.subdomain;
    this.registerOutputs({ subdomain: this.subdomain });
  }
}

function envVars({ plain, secrets }: SiteVariables) {
  return Object.fromEntries([
    ...Object.entries(plain).map(([name, value]) => [name, { type: 'plain_text', value }]),
    ...Object.entries(secrets).map(([name, value]) => [name, { type: 'secret_text', value: pulumi.secret(value) }]),
  ]);
}
