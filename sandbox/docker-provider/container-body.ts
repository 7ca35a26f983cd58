/** A container as the engine is asked for it: Engine API, "Create a container". */
import type { ContainerInputs } from './container-inputs.ts';
import { labelMap } from './names.ts';

const megabyte = 1024 * 1024;

/** What is not given is left to the engine: JSON leaves `undefined` out. */
export function containerBody(inputs: ContainerInputs) {
  const [network] = inputs.networksAdvanced ?? [];
  return {
    Image: inputs.image,
    Cmd: inputs.command,
    Entrypoint: inputs.entrypoints,
    Env: inputs.envs,
    Labels: inputs.labels && labelMap(inputs.labels),
    User: inputs.user,
    WorkingDir: inputs.workingDir,
    Hostname: inputs.hostname,
    Domainname: inputs.domainname,
    Tty: inputs.tty,
    OpenStdin: inputs.stdinOpen,
    StopSignal: inputs.stopSignal,
    StopTimeout: inputs.stopTimeout,
    Healthcheck: inputs.healthcheck && healthcheck(inputs.healthcheck),
    ExposedPorts: inputs.ports && Object.fromEntries(inputs.ports.map((port) => [portKey(port), {}])),
    Volumes: anonymousVolumes(inputs),
    HostConfig: hostConfig(inputs),
    ...(network && { NetworkingConfig: { EndpointsConfig: { [network.name]: endpoint(network) } } }),
  };
}

type Network = NonNullable<ContainerInputs['networksAdvanced']>[number];

export function endpoint({ aliases, ipv4Address, ipv6Address, linkLocalIps, macAddress }: Network) {
  const addresses = { IPv4Address: ipv4Address, IPv6Address: ipv6Address, LinkLocalIPs: linkLocalIps };
  const isGiven = Object.values(addresses).some((value) => value !== undefined);
  return { Aliases: aliases, MacAddress: macAddress, ...(isGiven && { IPAMConfig: addresses }) };
}

/** The part that an update changes as well: Engine API, "Update a container". */
export function limits(inputs: ContainerInputs) {
  const inBytes = (megabytes: number | undefined) => (megabytes && megabytes > 0 ? megabytes * megabyte : megabytes);
  return {
    RestartPolicy: { Name: inputs.restart, MaximumRetryCount: inputs.maxRetryCount ?? 0 },
    Memory: inBytes(inputs.memory),
    MemoryReservation: inBytes(inputs.memoryReservation),
    MemorySwap: inBytes(inputs.memorySwap),
    CpuShares: inputs.cpuShares,
    CpusetCpus: inputs.cpuSet,
  };
}

function hostConfig(inputs: ContainerInputs) {
  const { capabilities, hosts, networksAdvanced, ports, ulimits, volumes } = inputs;
  return {
    ...limits(inputs),
    ShmSize: inputs.shmSize && inputs.shmSize * megabyte,
    NanoCpus: inputs.cpus === undefined ? undefined : Math.round(Number(inputs.cpus) * 1e9),
    CpuPeriod: inputs.cpus === undefined ? inputs.cpuPeriod : undefined,
    CpuQuota: inputs.cpus === undefined ? inputs.cpuQuota : undefined,
    NetworkMode: networksAdvanced?.[0]?.name ?? inputs.networkMode ?? 'bridge',
    PortBindings: ports && portBindings(ports),
    PublishAllPorts: inputs.publishAllPorts,
    ExtraHosts: hosts?.map(({ host, ip }) => `${host}:${ip}`),
    Dns: inputs.dns,
    DnsOptions: inputs.dnsOpts,
    DnsSearch: inputs.dnsSearches,
    Binds: volumes?.flatMap(bind),
    VolumesFrom: volumes?.flatMap(({ fromContainer }) => (fromContainer === undefined ? [] : [fromContainer])),
    Mounts: inputs.mounts?.map(mount),
    Tmpfs: inputs.tmpfs,
    Privileged: inputs.privileged,
    ReadonlyRootfs: inputs.readOnly,
    CapAdd: capabilities?.adds,
    CapDrop: capabilities?.drops,
    SecurityOpt: inputs.securityOpts,
    GroupAdd: inputs.groupAdds,
    Ulimits: ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    Sysctls: inputs.sysctls,
    Init: inputs.init,
    IpcMode: inputs.ipcMode,
    PidMode: inputs.pidMode,
    UsernsMode: inputs.usernsMode,
    CgroupnsMode: inputs.cgroupnsMode,
    CgroupParent: inputs.cgroupParent,
    Runtime: inputs.runtime,
    AutoRemove: inputs.rm,
    LogConfig: (inputs.logDriver ?? inputs.logOpts) && { Type: inputs.logDriver ?? '', Config: inputs.logOpts },
  };
}

type Port = NonNullable<ContainerInputs['ports']>[number];

const portKey = ({ internal, protocol }: Port): string => `${internal}/${protocol}`;

/** A port may be published more than once. */
function portBindings(ports: readonly Port[]) {
  const byKey = Map.groupBy(ports, portKey);
  const all = [...byKey].map(([key, group]) => [
    key,
    group.map(({ ip, external }) => ({ HostIp: ip, HostPort: external === undefined ? '' : String(external) })),
  ]);
  return Object.fromEntries(all);
}

type Volume = NonNullable<ContainerInputs['volumes']>[number];

function bind({ hostPath, volumeName, containerPath, readOnly, selinuxRelabel }: Volume): string[] {
  const from = hostPath ?? volumeName;
  if (from === undefined || containerPath === undefined) return [];
  const relabel = selinuxRelabel === undefined || selinuxRelabel === 'none' ? [] : [selinuxRelabel];
  return [`${from}:${containerPath}:${[readOnly ? 'ro' : 'rw', ...relabel].join(',')}`];
}

function anonymousVolumes({ volumes = [] }: ContainerInputs) {
  const paths = volumes.filter(({ hostPath, volumeName, fromContainer }) => !(hostPath ?? volumeName ?? fromContainer));
  return Object.fromEntries(paths.map(({ containerPath = '' }) => [containerPath, {}]));
}

type Mount = NonNullable<ContainerInputs['mounts']>[number];

function mount({ type, source, target, readOnly, bindOptions, volumeOptions, tmpfsOptions }: Mount) {
  return {
    Type: type,
    Source: source,
    Target: target,
    ReadOnly: readOnly,
    BindOptions: bindOptions && { Propagation: bindOptions.propagation },
    VolumeOptions: volumeOptions && {
      NoCopy: volumeOptions.noCopy,
      Labels: volumeOptions.labels && labelMap(volumeOptions.labels),
      Subpath: volumeOptions.subpath,
      DriverConfig:
        volumeOptions.driverName === undefined
          ? undefined
          : {
              Name: volumeOptions.driverName,
              Options: volumeOptions.driverOptions,
            },
    },
    TmpfsOptions: tmpfsOptions && { SizeBytes: tmpfsOptions.sizeBytes, Mode: tmpfsOptions.mode },
  };
}

function healthcheck({
  tests,
  interval,
  timeout,
  startPeriod,
  startInterval,
  retries,
}: NonNullable<ContainerInputs['healthcheck']>) {
  return {
    Test: tests,
    Interval: nanoseconds(interval),
    Timeout: nanoseconds(timeout),
    StartPeriod: nanoseconds(startPeriod),
    StartInterval: nanoseconds(startInterval),
    Retries: retries,
  };
}

const units: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** `1m30s`, as Go writes a time. */
export function nanoseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const parts = [...duration.matchAll(/([\d.]+)(ns|us|ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? 0), 0);
}
