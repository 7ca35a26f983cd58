/** Cloudflare and GitHub as the sandbox has them: HTTP APIs on loopback that keep what they are told. */
import { createHmac } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hostedProjects } from '../stacks/projects.ts';
import type { Box } from './box.ts';
import { startCloudflare } from './cloudflare-api/server.ts';
import { seed as githubSeed } from './github-api/seed.ts';
import { startGithubApi } from './github-api/server.ts';
import { freePort } from './ports.ts';
import { waitFor } from './wait.ts';

/** The account of the sandbox and its zones, as the settings of a stack name them. */
export const cloudflare = {
  accountId: '0123456789abcdef0123456789abcdef',
  zones: {
    'share-paint.app': { id: 'a1111111111111111111111111111111' },
    'sprint.solo.dev': { id: 'a2222222222222222222222222222222' },
  },
};

/** Where the sandbox's own stacks are kept, and who deploys them. */
export const repository = { url: 'https://github.com/codeb/infra', deployer: 'codeb-deploy' };

export interface StandIns {
  /** Variables that lead the providers there. */
  readonly environment: Readonly<Record<string, string>>;
  /** File of what Cloudflare knows. */
  readonly cloudflareState: string;
  readonly githubUrl: string;
  end(): Promise<void>;
}

/** Starts both; what they know is kept in the folder. */
export async function startStandIns(box: Box, folder: string): Promise<StandIns> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const tokenFor = (service: string) => createHmac('sha256', box.privateKey).update(service).digest('hex');
  const [cloudflareToken, githubToken] = [tokenFor('cloudflare'), tokenFor('github')];
  const cloudflareState = join(folder, 'cloudflare.json');
  const onCloudflare = await startCloudflare({
    state: cloudflareState,
    token: cloudflareToken,
    port: await samePort(box.sshPort, 1),
    seed: { accounts: [{ id: cloudflare.accountId, name: 'sandbox', zones: zones() }] },
  });
  const onGithub = await startGithubApi({
    state: join(folder, 'github.json'),
    token: githubToken,
    // Its address is an input of the provider: another one would show as a change.
    port: await samePort(box.sshPort, 2),
    seed: githubSeed.parse({
      repositories: repositories(),
      users: [...reviewers(), repository.deployer].map((login) => ({ login })),
    }),
  });
  const environment = {
    CLOUDFLARE_BASE_URL: `http://127.0.0.1:${onCloudflare.port}/client/v4`,
    CLOUDFLARE_API_TOKEN: cloudflareToken,
    GITHUB_BASE_URL: onGithub.url,
    GITHUB_TOKEN: githubToken,
    CODEB_REGISTRY_MIRRORS: JSON.stringify({
      'docker.io': `http://127.0.0.1:${box.registryPort}/docker.io`,
      'ghcr.io': `http://127.0.0.1:${box.registryPort}/ghcr.io`,
    }),
  };
  // The program runs in this process, and @pulumi/github takes its defaults from the process that it runs in.
  Object.assign(process.env, environment);
  return {
    cloudflareState,
    githubUrl: onGithub.url,
    environment,
    end: async () => {
      for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
      await Promise.all([onCloudflare.close(), onGithub.close()]);
    },
  };
}

function zones() {
  return Object.entries(cloudflare.zones).map(([name, { id }]) => ({ id, name }));
}

/** A port near the box's own, the same each time unless it is taken. */
async function samePort(near: number, distance: number): Promise<number> {
  return (await freePort('tcp', near + distance)) ?? 0;
}

/** Each hosted project's and the stacks' own, with two pull requests that are open. */
function repositories() {
  return [...hostedProjects, { repository: repository.url }].flatMap(({ repository: url }) => {
    if (url === undefined) return [];
    const [owner, name] = new URL(url).pathname.slice(1).split('/');
    const issues = [12, 13].map((number) => ({
      number,
      title: `Pull request ${number}`,
      user: owner,
      pull: { head: commit(`feature/${number}`), base: commit('develop') },
    }));
    return [{ owner, name, issues }];
  });
}

function commit(ref: string) {
  return { ref, sha: createHmac('sha1', 'sandbox').update(ref).digest('hex') };
}

function reviewers(): string[] {
  return hostedProjects.flatMap(({ github }) => github?.reviewers.users ?? []);
}

/** Milliseconds until the preparation has made a name server of a new box. */
const nameServerDeadline = 180_000;

/**
 * What visitors are told of names on Cloudflare: the box's ACME CA asks the box's own name server, which therefore
 * answers for these zones as well.
 */
export async function answerForCloudflare(box: Box): Promise<void> {
  const api = 'http://127.0.0.1:8081/api/v1/servers/localhost/zones';
  const ask = 'curl -sS -f -o /dev/null -K - -H "Content-Type: application/json"';
  const key = `<<<"header = \\"X-API-Key: $(cat /var/lib/codeb/prepared/dns.secret)\\""`;
  const script = Object.keys(cloudflare.zones)
    .map((zone) => `{ ${ask} ${api}/${zone}. ${key} || ${ask} -d '${JSON.stringify(zoneOf(zone))}' ${api} ${key}; }`)
    .join(' && ');
  await waitFor('the name server of the box', nameServerDeadline, async () => {
    const { code } = await box.exec(`systemctl --quiet is-active pdns && { ${script}; } 2>/dev/null`);
    return code === 0 ? true : undefined;
  });
}

/** Every name in it is the box: https://doc.powerdns.com/authoritative/http-api/zone.html */
function zoneOf(zone: string) {
  const records = [{ content: '127.0.0.1', disabled: false }];
  const rrsets = [`${zone}.`, `*.${zone}.`].map((name) => ({ name, type: 'A', ttl: 60, records }));
  return { name: `${zone}.`, kind: 'Native', nameservers: [], rrsets };
}
