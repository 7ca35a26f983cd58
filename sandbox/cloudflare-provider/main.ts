/**
 * A thin stand-in of Pulumi's `cloudflare` provider for places that its plugin cannot be downloaded to: the resources
 * that this program uses, by the same contract. Source: https://www.pulumi.com/registry/packages/cloudflare/
 */
import { serve } from '../contract/serve.ts';
import { cloudflare } from './provider.ts';

serve(cloudflare);
