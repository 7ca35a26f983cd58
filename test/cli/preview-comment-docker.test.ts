/** The comment on what changes on a server with engine docker, from what the program itself sends. */
import { runtime } from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import program from '../../index.ts';
import { changesOf } from '../../cli/preview-comment/changes.ts';
import { downtimeLine } from '../../cli/preview-comment/change-text.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { caddySite } from '../../stacks/caddyfile.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { runMocked } from '../components/mocked-engine.ts';
import { handedOn, hosting, inFile, server } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { type Made, previewed } from './previewed.ts';

const slug = 'code-battle';
const type = 'docker:index/container:Container';
const [old, now] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
const inputs = z.record(z.string(), z.unknown());

/** As the engine prints it. */
function printed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(printed);
  if (typeof value !== 'object' || value === null) return value;
  if (Reflect.get(value, runtime.specialSigKey) === runtime.specialSecretSig) return '[secret]';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printed(inner)]));
}

describe('C.3: a change of containers on Docker', () => {
  let sent: Map<string, z.output<typeof inputs>>;
  beforeAll(async () => {
    const settings = {
      ...hosting('production'),
      servers: { codeb: { ...server, dns: { backend: 'powerdns', zones: ['codeb.dev'] }, engine: 'docker' } },
      projects: { [slug]: {} },
    };
    const config = {
      ...handedOn(inFile(settings)),
      'codeb:variables': JSON.stringify(
        madeUpSecrets(planned({ settings, projects: hostedProjects }), 'of these tests'),
      ),
      'codeb:fingerprintKey': 'of these tests, and long enough for one',
      'codeb:passwordKey': 'passwords of these tests come from this one',
    };
    const { registered } = await runMocked(program, { config });
    const own = registered.filter((one) => one.type === type);
    // The mocked engine pulls no image, which has an id.
    sent = new Map(
      own.map(({ name, inputs: given }) => [name, inputs.parse({ ...Object(printed(given)), image: old })]),
    );
  });

  const stepOf = (op: string, purpose: string, changes: object = {}): Made => {
    const before = sent.get(`${slug}-${purpose}`);
    if (!before) throw new Error(`the program sends no container '${purpose}'`);
    return {
      ...{ op, type, name: `${slug}-${purpose}`, inside: [['codeb:index:Project', slug]], before },
      ...(op !== 'delete' && { after: op === 'same' ? before : { ...before, image: now, ...changes } }),
    };
  };
  const replace = (purpose: string, changes?: object) => stepOf('replace', purpose, changes);
  const away = (purpose: string) => ['replace', `downtime ${slug}-${purpose}`];
  const risksOf = (step: Made, ...others: Made[]) =>
    changesOf(previewed(step, ...others))
      .flatMap(({ changes }) => changes)
      .find(({ name }) => name === step.name)
      ?.risks.map(({ kind, names }) => [kind, ...names].join(' '));
  const headingOf = (...steps: Made[]) => changesOf(previewed(...steps)).map(downtimeLine);

  test('its inputs have the id of an image, not its name, and folders of the server', () => {
    const { image, labels, mounts } = sent.get(`${slug}-postgres`) ?? {};
    expect(image).toBe(old);
    expect(labels).toContainEqual({ label: 'codeb.purpose', value: 'postgres' });
    expect(mounts).toMatchObject([{ source: `/var/lib/codeb/projects/${slug}/data/postgres`, readOnly: false }]);
    expect(sent.get(`${slug}-api`)?.envs).toBe('[secret]');
  });

  test('a database is away while it is replaced, and its data stay in their folder', () => {
    for (const purpose of ['postgres', 'redis']) {
      expect(risksOf(replace(purpose))).toEqual(away(purpose));
      expect(risksOf(stepOf('delete', purpose))).toEqual([`stop ${slug}-${purpose}`]);
    }
    expect(headingOf(replace('postgres'))).toEqual([`Downtime expected while replaced: \`${slug}-postgres\`.`]);
  });

  test('the data of one are at risk that has them inside of it, in memory, or from now on in another folder', () => {
    const elsewhere = { mounts: [{ type: 'bind', source: '/srv/new', target: '/var/lib/postgresql/data' }] };
    expect(risksOf(replace('postgres', elsewhere))).toEqual(['data', ...away('postgres')]);
    for (const mounts of [[], [{ type: 'tmpfs', target: '/var/lib/postgresql/data' }], '[secret]']) {
      const step = stepOf('delete', 'postgres');
      expect(risksOf({ ...step, before: { ...step.before, mounts } })).toEqual(['data', `stop ${slug}-postgres`]);
    }
  });

  test('an app with one replica is away while it is replaced, and Caddy tries its requests again', () => {
    expect(risksOf(replace('web'))).toEqual([...away('web'), `retries ${slug}-web`]);
    expect(headingOf(replace('postgres'), replace('web'))).toEqual([
      `Downtime expected while replaced: \`${slug}-postgres\`, \`${slug}-web\`. ` +
        `Caddy tries requests to \`${slug}-web\` again for up to 30 s.`,
    ]);
    expect(caddySite({ addresses: ['example.org'], ports: [3000] })).toContain('lb_try_duration 30s');
  });

  test('replicas of an app are replaced one after another, and one of them answers', () => {
    const both = [replace('api'), replace('api-2')] as const;
    expect(risksOf(...both)).toEqual(['replace', `restart ${slug}-api`]);
    expect(headingOf(...both)).toEqual(['No downtime expected.']);
    expect(headingOf(replace('api'), stepOf('same', 'api-2'))).toEqual(['No downtime expected.']);
    expect(headingOf(replace('api'), stepOf('delete', 'api-2'))).toEqual([`Stops for good: \`${slug}-api-2\`.`]);
  });

  test('and not where the second one is new or gets another port, or their network goes before all of them', () => {
    const { before: _, ...made } = stepOf('create', 'api-2');
    expect(risksOf(replace('api'), made)).toEqual([...away('api'), `retries ${slug}-api`]);
    const moved = replace('api-2', { ports: [{ internal: 4001, external: 3099, ip: '127.0.0.1' }] });
    expect(risksOf(replace('api'), moved)).toEqual([...away('api'), `retries ${slug}-api`]);
    const network = {
      op: 'replace',
      type: 'docker:index/network:Network',
      name: slug,
      before: { a: 1 },
      after: { a: 2 },
    };
    const within: Made = { ...network, inside: [['codeb:index:Project', slug]] };
    expect(risksOf(replace('api'), replace('api-2'), within)).toEqual([...away('api'), `retries ${slug}-api`]);
  });

  test('a worker is away while it is replaced; nobody asks it anything', () => {
    expect(risksOf(replace('python'))).toEqual(away('python'));
    expect(risksOf(stepOf('delete', 'python'))).toEqual([`stop ${slug}-python`]);
  });

  test('what Docker changes of a container that is there, and one that is made, interrupt nothing', () => {
    expect(headingOf(stepOf('update', 'web', { image: old, memory: 1024 }))).toEqual(['No downtime expected.']);
    const { before: _, ...made } = stepOf('create', 'web');
    expect(headingOf(made)).toEqual(['No downtime expected.']);
  });
});
