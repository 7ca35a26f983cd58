import { Provider } from '@pulumi/github/provider.js';

/** One provider for each owner of repositories; the token is that of `GITHUB_TOKEN`, which no stack keeps. */
export class GithubOwners {
  readonly #providers = new Map<string, Provider>();

  provider(owner: string): Provider {
    const provider = this.#providers.get(owner) ?? new Provider(`github-${owner}`, { owner });
    this.#providers.set(owner, provider);
    return provider;
  }
}
