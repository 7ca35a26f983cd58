/**
 * A thin stand-in of Pulumi's `cloudflare` provider for places that its plugin cannot be downloaded to: the resources
 * that this program uses, by the same contract. Source: https://www.pulumi.com/registry/packages/cloudflare/
 */
import { engineLog } from '../../provider/engine-log.ts';
import { serve } from '../../provider/serve.ts';
import { StandInService } from '../contract/service.ts';
import { cloudflare } from './provider.ts';

serve(new StandInService(cloudflare, engineLog(process.argv[2], 'warning')).handlers());
