/** A container as the engine shows it: Engine API, "Inspect a container". */
import { z } from 'zod';
import type { Properties } from '../../provider/property-values.ts';
import type { ContainerInputs } from './container-inputs.ts';

const text = z.string();
const texts = z.array(text).nullish();

export const inspected = z.object({
  Id: text,
  Name: text,
  Image: text,
  State: z.object({
    Running: z.boolean(),
    ExitCode: z.number(),
    Health: z.object({ Status: text }).nullish(),
  }),
  Config: z.object({
    Image: text,
    Cmd: texts,
    User: text.nullish(),
    WorkingDir: text.nullish(),
    Hostname: text.nullish(),
  }),
  HostConfig: z.object({
    RestartPolicy: z.object({ Name: text, MaximumRetryCount: z.number() }),
    ReadonlyRootfs: z.boolean(),
    Privileged: z.boolean(),
    Memory: z.number(),
    PortBindings: z.record(text, z.array(z.object({ HostIp: text, HostPort: text })).nullable()).nullish(),
  }),
  NetworkSettings: z.object({
    Bridge: text.nullish(),
    Networks: z
      .record(
        text,
        z.object({
          Gateway: text,
          IPAddress: text,
          IPPrefixLen: z.number(),
          IPv6Gateway: text,
          GlobalIPv6Address: text,
          GlobalIPv6PrefixLen: z.number(),
          MacAddress: text,
        }),
      )
      .nullish(),
  }),
});

export type Inspected = z.output<typeof inspected>;

export function outputsOf({ State, NetworkSettings, ...found }: Inspected): Properties {
  const networks = Object.entries(NetworkSettings.Networks ?? {}).map(([name, one]) => ({
    networkName: name,
    ipAddress: one.IPAddress,
    ipPrefixLength: one.IPPrefixLen,
    gateway: one.Gateway,
    ipv6Gateway: one.IPv6Gateway,
    globalIpv6Address: one.GlobalIPv6Address,
    globalIpv6PrefixLength: one.GlobalIPv6PrefixLen,
    macAddress: one.MacAddress,
  }));
  return {
    name: found.Name.replace(/^\//, ''),
    bridge: NetworkSettings.Bridge ?? '',
    networkDatas: networks,
    ...(!State.Running && { exitCode: State.ExitCode }),
  };
}

/** What of the inputs the engine shows: the official plugin looks for drift in little more. */
export function liveInputs(found: Inspected): Properties {
  const { Config, HostConfig, State } = found;
  return {
    name: found.Name.replace(/^\//, ''),
    image: Config.Image,
    restart: HostConfig.RestartPolicy.Name || 'no',
    maxRetryCount: HostConfig.RestartPolicy.MaximumRetryCount,
    readOnly: HostConfig.ReadonlyRootfs,
    privileged: HostConfig.Privileged,
    memory: HostConfig.Memory / 1024 / 1024,
    command: Config.Cmd ?? [],
    user: Config.User ?? '',
    workingDir: Config.WorkingDir ?? '',
    hostname: Config.Hostname ?? '',
    mustRun: State.Running,
  };
}

/** What an import takes over: what is shown and not what the image or the engine has said. */
export function importedInputs(found: Inspected): Properties {
  const { name = '', image = '', restart = '', memory = 0, readOnly = false, privileged = false } = liveInputs(found);
  const ports = Object.entries(found.HostConfig.PortBindings ?? {}).flatMap(([key, bindings]) =>
    (bindings ?? []).map(({ HostIp, HostPort }) => {
      const [internal, protocol = 'tcp'] = key.split('/');
      const external = HostPort === '' ? {} : { external: Number(HostPort) };
      return { internal: Number(internal), ...external, ip: HostIp || '0.0.0.0', protocol };
    }),
  );
  return {
    name,
    image,
    ...(restart !== 'no' && { restart }),
    ...(memory !== 0 && { memory }),
    ...(readOnly === true && { readOnly }),
    ...(privileged === true && { privileged }),
    ...(ports.length > 0 && { ports }),
  };
}

/** Whether an image's name as it is shown is the one that was asked for, or its id. */
export function isImage(asked: string, { Config, Image }: Pick<Inspected, 'Config' | 'Image'>): boolean {
  const bare = (id: string) => id.replace(/^sha256:/, '');
  return Config.Image === asked || Config.Image.endsWith(`/${asked}`) || bare(asked) === bare(Image);
}

/** Whether it is as it is meant to be: what is to have ended may run no longer. */
export function mustRun({ State }: Inspected, inputs: Pick<ContainerInputs, 'mustRun' | 'start'>): boolean {
  return inputs.mustRun && inputs.start ? State.Running : inputs.mustRun;
}
