/** What the provider's configuration gives: the engine, and the logins of registries. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { safeJson } from '../../provider/grpc-messages.ts';
import type { Properties } from '../../provider/property-values.ts';
import { EngineApi } from './engine-api.ts';
import { wayTo } from './host.ts';
import { dockerHub } from './image-name.ts';
import type { Login } from './registry.ts';

const registryAuth = z.object({
  address: z.string(),
  username: z.string().optional(),
  password: z.string().optional(),
  configFile: z.string().optional(),
  configFileContent: z.string().optional(),
  authDisabled: z.boolean().optional(),
});

const configuration = z.object({
  host: z.string().default(process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock'),
  sshOpts: z.array(z.string()).default([]),
  registryAuth: z.array(registryAuth).default([]),
});

const configFile = z.object({ auths: z.record(z.string(), z.object({ auth: z.string().optional() })).default({}) });

export interface Connection {
  readonly api: EngineApi;
  /** The login of a registry, if one is given. */
  loginOf(registry: string): Login | undefined;
}

/** @throws Error for a way to the engine, or for a setting, that only the official plugin knows. */
export function connect(config: Properties): Connection {
  const unknown = ['caMaterial', 'certMaterial', 'certPath', 'keyMaterial', 'context'].filter((name) => config[name]);
  if (unknown.length > 0) throw new Error(`the stand-in of the docker provider has no ${unknown.join(', ')}`);
  const { host, sshOpts, registryAuth: logins } = configuration.parse(config);
  return {
    api: new EngineApi(wayTo(host, sshOpts)),
    loginOf(registry) {
      const given = logins.find(({ address }) => hostOf(address) === registry);
      return given && !given.authDisabled ? loginIn(given, registry) : undefined;
    },
  };
}

function hostOf(address: string): string {
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return ['docker.io', 'index.docker.io'].includes(host) ? dockerHub : host;
}

/** A name and password, or those of a file that `docker login` has written. */
function loginIn(given: z.output<typeof registryAuth>, registry: string): Login | undefined {
  const { username, password, configFile: path, configFileContent } = given;
  if (username !== undefined && password !== undefined) return { username, password };
  const file = path?.replace(/^~/, homedir()) ?? join(homedir(), '.docker', 'config.json');
  const { auths } = configFile.parse(safeJson(configFileContent ?? readFileSync(file, 'utf8')));
  const auth = Object.entries(auths).find(([address]) => hostOf(address) === registry)?.[1].auth;
  const [, name, word] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth ?? '', 'base64').toString('utf8')) ?? [];
  return name !== undefined && word !== undefined ? { username: name, password: word } : undefined;
}
