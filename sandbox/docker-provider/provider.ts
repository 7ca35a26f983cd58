import { text } from '../contract/inputs.ts';
import { loadContract } from '../contract/contract.ts';
import type { StandInFunction } from '../contract/resource.ts';
import type { StandIn } from '../contract/service.ts';
import { connect, type Connection } from './connection.ts';
import { imageName } from './image-name.ts';
import { addressOf, digestOf } from './registry.ts';
import { container } from './resources/container.ts';
import { network } from './resources/network.ts';
import { remoteImage } from './resources/remote-image.ts';
import { volume } from './resources/volume.ts';

/** Asks the registry itself: no engine takes part. */
const getRegistryImage: StandInFunction<Connection> = async ({ loginOf }, args) => {
  if (args.insecureSkipVerify === true) throw new Error('the stand-in of the docker provider verifies every registry');
  const image = imageName(text(args, 'name'));
  const address = addressOf(image.registry, process.env.CODEB_REGISTRY_MIRRORS);
  const digest = await digestOf(image, address, loginOf(image.registry));
  return { ...args, id: digest, sha256Digest: digest };
};

export const docker: StandIn<Connection> = {
  contract: loadContract('docker'),
  connect,
  resources: {
    'docker:index/container:Container': container,
    'docker:index/network:Network': network,
    'docker:index/remoteImage:RemoteImage': remoteImage,
    'docker:index/volume:Volume': volume,
  },
  functions: { 'docker:index/getRegistryImage:getRegistryImage': getRegistryImage },
};
