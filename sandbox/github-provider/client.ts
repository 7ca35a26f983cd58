import { GithubRest } from '../../cli/preview-comment/github-rest.ts';
import type { Config } from './config.ts';

/** GitHub's API for the provider's owner. */
export class GithubClient extends GithubRest {
  readonly owner: string;

  constructor({ owner, baseUrl, ...access }: Config) {
    super({ ...access, apiUrl: `${baseUrl.replace(/\/+$/, '').replace(/\/api\/v3$/, '')}/api/v3` });
    this.owner = owner;
  }

  /** The path of a repository of the owner. */
  repository(name: string): string {
    return `/repos/${encodeURIComponent(this.owner)}/${encodeURIComponent(name)}`;
  }
}
