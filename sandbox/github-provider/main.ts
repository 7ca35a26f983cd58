/**
 * A thin stand-in of Pulumi's `github` provider for places that its plugin cannot be downloaded to: environments, their
 * policies, secrets and variables, and rulesets, by the same contract, over the API of `sandbox/github-api`.
 * Source: https://www.pulumi.com/registry/packages/github/
 */
import { engineLog } from '../../provider/engine-log.ts';
import { serve } from '../../provider/serve.ts';
import { StandInService } from '../contract/service.ts';
import { github } from './provider.ts';

serve(new StandInService(github, engineLog(process.argv[2], 'warning')).handlers());
