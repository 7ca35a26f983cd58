/**
 * A thin stand-in of Pulumi's `docker` provider for places that its plugin cannot be downloaded to: the resources that
 * this program uses, by the same contract. Source: https://www.pulumi.com/registry/packages/docker/
 */
import { engineLog } from '../../provider/engine-log.ts';
import { serve } from '../../provider/serve.ts';
import { StandInService } from '../contract/service.ts';
import { docker } from './provider.ts';

serve(new StandInService(docker, engineLog(process.argv[2], 'warning')).handlers());
