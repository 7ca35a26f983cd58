/**
 * A thin stand-in of Pulumi's `docker` provider for places that its plugin cannot be downloaded to: the resources that
 * this program uses, by the same contract. Source: https://www.pulumi.com/registry/packages/docker/
 */
import { serve } from '../contract/serve.ts';
import { docker } from './provider.ts';

serve(docker);
