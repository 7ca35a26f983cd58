/** The provider `codeb` as a process of the engine's. */
import { engineLog } from './engine-log.ts';
import { serve } from './serve.ts';
import { ProviderService } from './service.ts';

serve(new ProviderService(engineLog(process.argv[2], 'warning')).handlers());
