/**
 * A thin stand-in of Pulumi's `command` provider for places that its plugin cannot be downloaded to: `remote.Command`
 * alone, over SSH, by the same contract. Source: https://www.pulumi.com/registry/packages/command/api-docs/remote/command
 */
import { main } from '@pulumi/pulumi/provider/index.js';
import { engineLog } from '../../provider/engine-log.ts';
import { RemoteCommandProvider } from './provider.ts';

const args = process.argv.slice(2);
await main(new RemoteCommandProvider(engineLog(args.at(-1), 'progress')), args);
