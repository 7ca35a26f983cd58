/** What was found that may be a preview's, wherever it is. */
import type { RecordSetInputs } from '../../provider/schema.ts';

interface Common {
  /** As it is called where it is. */
  readonly name: string;
  /** When it was last changed, in milliseconds since 1970, where that is known. */
  readonly at?: number;
}

/** What a server has. `owner` is the stack that made it: `{Pulumi project}/{stack}`. */
export type OnServer = Common & { readonly server: string } & (
    | { readonly kind: 'workload' | 'folder' | 'units' | 'network'; readonly owner?: string }
    | { readonly kind: 'site'; readonly addresses: readonly string[] }
    | { readonly kind: 'lease'; readonly owner: string; readonly port: number }
    | { readonly kind: 'pod' | 'container' | 'volume' | 'certificate' }
    | {
        readonly kind: 'record';
        readonly zone: string;
        readonly type: RecordSetInputs['type'];
        readonly owner: string;
      }
  );

/** A record set on a name server. */
export type OnNameServer = Extract<OnServer, { kind: 'record' }>;

export type OnCloudflare = Common &
  (
    | { readonly kind: 'pages project'; readonly domains: readonly string[] }
    | { readonly kind: 'bucket' }
    | { readonly kind: 'API token'; readonly id: string }
    | { readonly kind: 'DNS record'; readonly id: string; readonly zoneId: string; readonly content: string }
  );

/** An environment of a hosted project's repository. */
export type OnGithub = Common & { readonly kind: 'environment'; readonly project: string };

/** `isBusy`: an update of it is under way. */
export type InEngine = Common & { readonly kind: 'stack'; readonly isBusy: boolean };

export type Found = InEngine | OnServer | OnGithub | OnCloudflare;

/** One pull request of one hosted project. */
export interface Preview {
  readonly project: string;
  readonly pullRequest: number;
}

/** `shop-pr-7`: the name of its stack, too. */
export function nameOf({ project, pullRequest }: Preview): string {
  return `${project}-pr-${pullRequest}`;
}
