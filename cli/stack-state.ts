import { z } from 'zod';
import { pulumi } from './pulumi.ts';

/** What `pulumi stack export` prints: github.com/pulumi/pulumi, sdk/go/common/apitype/core.go, DeploymentV3. */
const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          parent: z.string().optional(),
          outputs: z.unknown().optional(),
        }),
      )
      .default([]),
  }),
});

export type StackResource = z.output<typeof exported>['deployment']['resources'][number];

/** Resources as a stack's state has them: what is secret stays encrypted, so nobody needs its passphrase. */
export async function resourcesOf(stack: string): Promise<StackResource[]> {
  return exported.parse(JSON.parse(await pulumi('stack', 'export', '--stack', stack))).deployment.resources;
}
