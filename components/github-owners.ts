import { Provider } from '@pulumi/github/provider.js';
import type * as pulumi from '@pulumi/pulumi';

/**
 * The SDK puts the token of `GITHUB_TOKEN` into the state. There it would outlive its renewal, a refresh would use it in
 * the place of one that only reads, and a saved plan would fit no other: the plugin takes it from the environment itself.
 */
const withoutToken: pulumi.ResourceTransformation = ({ props, opts }) => ({
  props: { ...props, token: undefined },
  opts,
});

/** One provider for each owner of repositories, with the token of `GITHUB_TOKEN`. */
export class GithubOwners {
  readonly #providers = new Map<string, Provider>();

  /** The owner's, made on first use. */
  provider(owner: string): Provider {
    const known = this.#providers.get(owner);
    if (known) return known;
    const provider = new Provider(`github-${owner}`, { owner }, { transformations: [withoutToken] });
    this.#providers.set(owner, provider);
    return provider;
  }
}
