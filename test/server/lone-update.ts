/**
 * One update of one shop in a process of its own, so that a test can kill it with its engine and its provider:
 * `node lone-update.ts <box> <folder> <stack> <shop as JSON>`. Each step of the engine is a line of standard output.
 */
import { findBox } from '../../sandbox/box.ts';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';
import { type Shop, shop } from './shop.ts';
import { passphrase, serverOf } from './stacks.ts';

const [boxName = '', folder = '', name = '', json = '{}'] = process.argv.slice(2);
const options: Shop = JSON.parse(json);
const box = await findBox(boxName);
if (!box) throw new Error(`there is no box '${boxName}'`);
const stack = await openStack({
  ...{ cli: await findPulumi(silent), folder, name, passphrase },
  program: async () => {
    shop(serverOf(box), options);
    return {};
  },
});
console.log('begin');
await stack.up({
  parallel: 32,
  onEvent: ({ resourcePreEvent, resOutputsEvent }) => {
    if (resourcePreEvent) console.log(`before ${resourcePreEvent.metadata.type}`);
    if (resOutputsEvent) console.log(`after ${resOutputsEvent.metadata.type}`);
  },
});
console.log('end');
