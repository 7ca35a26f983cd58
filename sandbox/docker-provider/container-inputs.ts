/** The inputs of a container that the stand-in carries out, as in the schema of the official provider. */
import { z } from 'zod';
import type { Settings } from './settings.ts';

const text = z.string();
const texts = z.array(text).optional();
const number = z.number().optional();
const flag = z.boolean().optional();
const map = z.record(text, text).optional();
const labels = z.array(z.object({ label: text, value: text })).optional();

const mount = z.object({
  target: text,
  source: text.optional(),
  type: z.enum(['bind', 'volume', 'tmpfs']),
  readOnly: flag,
  bindOptions: z.object({ propagation: text.optional() }).optional(),
  volumeOptions: z
    .object({
      noCopy: flag,
      labels,
      driverName: text.optional(),
      driverOptions: map,
      subpath: text.optional(),
    })
    .optional(),
  tmpfsOptions: z.object({ sizeBytes: number, mode: number }).optional(),
});

const volume = z.object({
  containerPath: text.optional(),
  hostPath: text.optional(),
  volumeName: text.optional(),
  fromContainer: text.optional(),
  readOnly: flag,
  selinuxRelabel: z.enum(['z', 'Z', 'none']).optional(),
});

const port = z.object({
  internal: z.number(),
  external: number,
  ip: text.default('0.0.0.0'),
  protocol: text.default('tcp'),
});

const network = z.object({
  name: text,
  aliases: texts,
  ipv4Address: text.optional(),
  ipv6Address: text.optional(),
  linkLocalIps: texts,
  macAddress: text.optional(),
});

const upload = z.object({
  file: text,
  content: text.optional(),
  contentBase64: text.optional(),
  source: text.optional(),
  sourceHash: text.optional(),
  executable: flag,
  permissions: text.optional(),
});

const healthcheck = z.object({
  tests: texts,
  interval: text.optional(),
  timeout: text.optional(),
  startPeriod: text.optional(),
  startInterval: text.optional(),
  retries: number,
});

export const containerInputs = z.object({
  name: text,
  image: text,
  command: texts,
  entrypoints: texts,
  envs: texts,
  labels,
  user: text.optional(),
  workingDir: text.optional(),
  hostname: text.optional(),
  domainname: text.optional(),
  tty: flag,
  stdinOpen: flag,
  stopSignal: text.optional(),
  stopTimeout: number,
  healthcheck: healthcheck.optional(),
  ports: z.array(port).optional(),
  publishAllPorts: flag,
  mounts: z.array(mount).optional(),
  volumes: z.array(volume).optional(),
  tmpfs: map,
  uploads: z.array(upload).optional(),
  networkMode: text.optional(),
  networksAdvanced: z.array(network).optional(),
  hosts: z.array(z.object({ host: text, ip: text })).optional(),
  dns: texts,
  dnsOpts: texts,
  dnsSearches: texts,
  restart: text.default('no'),
  maxRetryCount: number,
  privileged: flag,
  readOnly: flag,
  capabilities: z.object({ adds: texts, drops: texts }).optional(),
  securityOpts: texts,
  groupAdds: texts,
  ulimits: z.array(z.object({ name: text, soft: z.number(), hard: z.number() })).optional(),
  sysctls: map,
  init: flag,
  ipcMode: text.optional(),
  pidMode: text.optional(),
  usernsMode: text.optional(),
  cgroupnsMode: text.optional(),
  cgroupParent: text.optional(),
  runtime: text.optional(),
  /** Megabytes. */
  memory: number,
  memoryReservation: number,
  /** Megabytes; -1 for no limit. */
  memorySwap: number,
  shmSize: number,
  /** Whole ones and parts: `1.5`. */
  cpus: text.optional(),
  cpuShares: number,
  cpuSet: text.optional(),
  cpuPeriod: number,
  cpuQuota: number,
  logDriver: text.optional(),
  logOpts: map,
  rm: flag,
  start: z.boolean().default(true),
  mustRun: z.boolean().default(true),
  wait: flag,
  /** Seconds. */
  waitTimeout: z.number().default(60),
  attach: flag,
  logs: flag,
  removeVolumes: z.boolean().default(true),
  /** Seconds; without it a container is not asked to end, but ended. */
  destroyGraceSeconds: z.number().default(0),
  containerReadRefreshTimeoutMilliseconds: number,
});

export type ContainerInputs = z.output<typeof containerInputs>;

export const containerSettings: Settings = {
  defaults: {
    restart: 'no',
    rm: false,
    readOnly: false,
    start: true,
    mustRun: true,
    wait: false,
    waitTimeout: 60,
    attach: false,
    logs: false,
    removeVolumes: true,
    memoryReservation: 0,
    networkMode: 'bridge',
    tty: false,
    stdinOpen: false,
  },
  kept: [
    ...['command', 'entrypoints', 'envs', 'healthcheck', 'hostname', 'init', 'ipcMode', 'labels', 'logDriver'],
    ...['runtime', 'securityOpts', 'shmSize', 'stopSignal', 'stopTimeout'],
  ],
  sets: [
    ...['dns', 'dnsOpts', 'dnsSearches', 'envs', 'groupAdds', 'hosts', 'labels', 'mounts', 'networksAdvanced'],
    ...['securityOpts', 'ulimits', 'uploads', 'volumes'],
  ],
};

/** What an update can change of a container that is there; the rest of what does not replace it stays as it was. */
export const changeable = [
  ...['restart', 'maxRetryCount', 'cpuShares', 'cpuSet', 'memory', 'memoryReservation', 'memorySwap', 'mustRun'],
  ...['wait', 'waitTimeout', 'start', 'attach', 'logs', 'removeVolumes', 'destroyGraceSeconds'],
  'containerReadRefreshTimeoutMilliseconds',
];
