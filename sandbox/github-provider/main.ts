/**
 * A thin stand-in of Pulumi's `github` provider for places that its plugin cannot be downloaded to: environments, their
 * policies, secrets and variables, and rulesets, by the same contract, over the API of `sandbox/github-api`.
 * Source: https://www.pulumi.com/registry/packages/github/
 */
import { serve } from '../contract/serve.ts';
import { github } from './provider.ts';

serve(github);
