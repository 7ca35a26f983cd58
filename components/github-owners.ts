import { Provider } from '@pulumi/github/provider.js';
import * as pulumi from '@pulumi/pulumi';

/** One provider for each owner of repositories, with the token of `GITHUB_TOKEN`. */
export class GithubOwners {
  readonly #providers = new Map<string, Provider>();

  /** The owner's, made on first use. */
  provider(owner: string): Provider {
    const { GITHUB_TOKEN: token } = process.env;
    // Left to itself the SDK takes it from there as well, and puts it into the state as it is.
    const secret = token ? { token: pulumi.secret(token) } : {};
    const provider = this.#providers.get(owner) ?? new Provider(`github-${owner}`, { owner, ...secret });
    this.#providers.set(owner, provider);
    return provider;
  }
}
