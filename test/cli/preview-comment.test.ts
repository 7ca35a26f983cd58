import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Change, changesOf } from '../../cli/preview-comment/changes.ts';
import { commentOf, type Outcome } from '../../cli/preview-comment/comment.ts';
import { GithubRest } from '../../cli/preview-comment/github-rest.ts';
import { block, code } from '../../cli/preview-comment/markdown.ts';
import { markedAs, withStaleness } from '../../cli/preview-comment/marker.ts';
import type { PolicyFinding } from '../../cli/preview-comment/policy-findings.ts';
import { markStale, postComment, type PullRequest } from '../../cli/preview-comment/post.ts';
import { outcomeOf } from '../../cli/preview-comment/read-outcome.ts';
import { type GithubServer, startGithub, token, world } from '../sandbox/github-server.ts';
import { type Made, previewed } from './previewed.ts';

const golden = resolve(import.meta.dirname, 'golden');
const [base, head] = ['1'.repeat(40), '2'.repeat(40)];
const shop: [string, string][] = [['codeb:index:Project', 'shop']];

function comment(outcome: Outcome, policy: PolicyFinding[] = [], stack = 'production'): string {
  return commentOf({ stack, base, head, outcome, policy, artifact: `preview-${stack}` });
}

function done(...steps: Made[]): Outcome {
  return { kind: 'done', projects: changesOf(previewed(...steps)), unchanged: 3, warnings: [] };
}

/** The one change of a step. */
function changeOf(step: Made): Change {
  const [change] = changesOf(previewed(step)).flatMap(({ changes }) => changes);
  if (!change) throw new Error('the step changes nothing');
  return change;
}

const risksOf = (step: Made) => changeOf(step).risks.map(({ kind, names }) => [kind, ...names].join(' '));

const findings: PolicyFinding[] = [
  { policyName: 'image-by-digest', enforcementLevel: 'advisory', message: "codeb:index:Workload 'shop': moving tag" },
  {
    policyName: 'no-unprotected-data',
    enforcementLevel: 'mandatory',
    message:
      "cloudflare:index/r2Bucket:R2Bucket 'shop-files': protect: found a bucket without it\nexpected `protect: true`",
  },
];

describe('C.3: the comment as it stands in golden/', () => {
  test.each([
    ['production', findings, undefined],
    ['nothing', [], undefined],
    [
      'failed',
      [],
      'error: preview failed\n\nThe stack is refused; nothing was changed:\n  projects.shop.port: 70000\n',
    ],
  ] as const)('%s', async (name, policy, failure) => {
    const file = join(golden, `${name === 'failed' ? 'production' : name}.preview.json`);
    const text = comment(outcomeOf(await readFile(file, 'utf8'), failure), [...policy]);
    await expect(text).toMatchFileSnapshot(`golden/${name}.comment.txt`);
  });
});

describe('what a change risks', () => {
  const container = (image: string, more = '') => ({ content: `[Container]\nImage=${image}\nPod=shop.pod\n${more}` });
  const workload = (change: { files?: object; units?: object; secrets?: object } = {}) => ({
    files: {
      'config/app.env': { content: 'A=1\n' },
      'config/secret.env': { content: 'K={{secret KEY}}\n' },
      ...change.files,
    },
    units: {
      'shop.network': { content: '[Network]\n' },
      'shop.pod': { content: '[Pod]\nNetwork=shop.network\n' },
      'shop-app.container': { ...container('app:1'), restartOn: ['config/app.env', 'config/secret.env'] },
      'shop-postgres.container': { ...container('docker.io/library/postgres:15'), restartOn: [] },
      ...change.units,
    },
    secrets: { KEY: 'a', ...change.secrets },
  });
  const update = (after: object, more: Partial<Made> = {}): Made => ({
    ...{ op: 'update', type: 'codeb:index:Workload', name: 'shop', inside: shop },
    ...{ before: workload(), after, diffReasons: ['files'], ...more },
  });
  const both = ['downtime shop-pod.service'];

  test.each<[string, Made, string[]]>([
    [
      'a file of a unit',
      update(workload({ files: { 'config/app.env': { content: 'A=2\n' } } })),
      ['restart shop-app.service'],
    ],
    ['a file of none', update(workload({ files: { 'config/new': { content: 'x' } } })), []],
    [
      'a secret in a file',
      update(workload({ secrets: { KEY: 'b' } }), { diffReasons: ['secrets'] }),
      ['restart shop-app.service'],
    ],
    [
      'an image',
      update(workload({ units: { 'shop-postgres.container': container('docker.io/library/postgres:15.1') } }), {
        diffReasons: ['units'],
      }),
      ['database shop-postgres.service'],
    ],
    [
      'its backups',
      update(workload({ units: { 'shop-backup.container': container('docker.io/library/postgres:15.1') } }), {
        before: workload({ units: { 'shop-backup.container': container('docker.io/library/postgres:15') } }),
      }),
      ['restart shop-backup.service'],
    ],
    [
      'its backups, which go',
      update(workload(), { before: workload({ units: { 'shop-backup.container': container('postgres:15') } }) }),
      ['stop shop-backup.service'],
    ],
    [
      'the pod',
      update(workload({ units: { 'shop.pod': { content: '[Pod]\nA=b\n' } } }), { diffReasons: ['units'] }),
      both,
    ],
    [
      'the network',
      update(workload({ units: { 'shop.network': { content: '[Network]\nA=b\n' } } }), { diffReasons: ['units'] }),
      ['downtime shop-network.service shop-pod.service'],
    ],
    [
      'its deletion',
      { ...update(workload()), op: 'delete' },
      ['data shop-postgres.container', 'downtime shop-network.service shop-pod.service'],
    ],
    [
      'its deletion where its folder alone is there, which containers of Docker use',
      { ...update({}), before: { folders: { data: '0700', 'data/postgres': '0777', logs: '0755' } }, op: 'delete' },
      ['data data/postgres'],
    ],
    [
      'its deletion where it is protected',
      { ...update(workload(), { protect: true }), op: 'delete' },
      ['data shop-postgres.container', 'downtime shop-network.service shop-pod.service'],
    ],
    ['its making', { ...update(workload()), op: 'create' }, []],
    ['what cannot be looked into', update({ units: '[secret]' }, { diffReasons: ['units'] }), ['restart']],
  ])('of a workload: %s', (_what, step, expected) => {
    expect(risksOf(step)).toEqual(expected);
  });

  test('a file that is secret counts as changed when the engine says that files change', () => {
    const hidden = { 'config/app.env': { content: '[secret]' } };
    const step = { ...update(workload({ files: hidden })), before: workload({ files: hidden }) };
    expect(risksOf(step)).toEqual(['restart shop-app.service']);
    expect(changeOf(step).differences).toEqual([
      { path: 'files["config/app.env"].content', before: '[secret]', after: '[secret]' },
    ]);
  });

  const gone = (type: string, before: object, more: Partial<Made> = {}): Made => ({
    op: 'delete',
    type,
    name: 'x',
    before,
    ...more,
  });
  test.each<[string, Made, string[]]>([
    ['a bucket', gone('cloudflare:index/r2Bucket:R2Bucket', {}), ['data']],
    ['a password', gone('codeb:index:Password', {}), ['data']],
    ['what is protected', gone('github:index/x:X', {}, { protect: true }), ['data']],
    ['a record', gone('cloudflare:index/dnsRecord:DnsRecord', {}), ['dns']],
    [
      'a site replaced',
      { ...gone('codeb:index:CaddySite', { a: 1 }), op: 'replace', after: { a: 2 } },
      ['replace', 'site'],
    ],
  ])('of %s', (_what, step, expected) => {
    expect(risksOf(step)).toEqual(expected);
  });
});

describe('whether a project is away meanwhile', () => {
  const headingOf = (...steps: Made[]) => /#### .*\n\n(.*)/.exec(comment(done(...steps)))?.[1];
  const unit = (image: string, version: number) => ({
    content: `[Container]\nImage=${image}:${version}\nPod=shop.pod\n`,
  });
  const all = { app: 'ghcr.io/example/shop', postgres: 'docker.io/library/postgres', redis: 'docker.io/library/redis' };
  const versions = (changed: string[]) =>
    Object.entries(all).map(([name, image]) => [`shop-${name}.container`, unit(image, changed.includes(name) ? 2 : 1)]);
  const update = (...changed: string[]): Made => ({
    ...{ op: 'update', type: 'codeb:index:Workload', name: 'shop', inside: shop, diffReasons: ['units'] },
    ...{ before: { units: Object.fromEntries(versions([])) }, after: { units: Object.fromEntries(versions(changed)) } },
  });

  test.each<[string, string, Made]>([
    ['an app restarts, and Caddy tries its requests again', 'No downtime expected.', update('app')],
    [
      'a database restarts',
      'Databases restart, and connections to them break: `shop-postgres.service`, `shop-redis.service`.',
      update('app', 'postgres', 'redis'),
    ],
    [
      'a unit goes',
      'Stops for good: `shop-redis.service`.',
      { ...update(), after: { units: Object.fromEntries(versions([]).slice(0, 2)) } },
    ],
    ['nobody can see what changes', 'Downtime possible.', { ...update(), after: { units: '[secret]' } }],
  ])('%s', (_what, expected, step) => {
    expect(headingOf(step)).toBe(expected);
  });
});

describe('the order', () => {
  test('the worst first, in each project and among them', () => {
    const at = (op: string, type: string, project: string): Made => ({
      ...{ op, type, name: `${project}-x`, inside: [['codeb:index:Project', project]] },
      ...(op !== 'create' && { before: { a: 1 } }),
      ...(op !== 'delete' && { after: { a: 2 } }),
    });
    const projects = changesOf(
      previewed(
        at('create', 'codeb:index:RecordSet', 'a'),
        at('update', 'codeb:index:Other', 'b'),
        at('replace', 'codeb:index:PortLease', 'b'),
        at('delete', 'codeb:index:Password', 'c'),
        { op: 'update', type: 'codeb:index:Other', name: 'y', before: { a: 1 }, after: { a: 2 } },
        at('same', 'codeb:index:Other', 'd'),
      ),
    );
    expect(projects.map(({ project }) => project)).toEqual(['c', 'b', 'a', 'platform']);
    expect(projects[1]?.changes.map(({ action }) => action)).toEqual(['replaced', 'changed']);
  });

  test("a resource deep inside is its project's, also where what is between does not show", () => {
    const bucket: [string, string] = ['codeb:index:Bucket', 'shop-files'];
    const deep: Made = { op: 'create', type: 'x:index:Y', name: 'shop-files', inside: [...shop, bucket], after: {} };
    const own: Made = { op: 'update', type: 'x:index:Z', name: 'z', inside: shop, before: { a: 1 }, after: {} };
    const between: Made = { op: 'same', type: bucket[0], name: bucket[1], inside: shop, before: {}, after: {} };
    for (const steps of [
      [between, deep],
      [deep, own],
    ]) {
      expect(changesOf(previewed(...steps)).map(({ project }) => project)).toEqual(['shop']);
    }
    expect(changesOf(previewed(deep)).map(({ project }) => project)).toEqual(['platform']);
  });
});

describe('properties', () => {
  test("what an official plugin tells is in it, and never a secret's value", () => {
    const step: Made = {
      ...{ op: 'update', type: 'github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret', name: 'token' },
      before: { value: '[secret]', repository: 'a' },
      after: { value: '[secret]', repository: 'b' },
      diffReasons: ['repository', 'updatedAt', 'value'],
      detailedDiff: {
        repository: { kind: 'update-replace' },
        value: { kind: 'update' },
        updatedAt: { kind: 'update' },
      },
    };
    const text = comment(done(step));
    expect(text).toContain('`token`: `repository` `a` → `b`, `value` `[secret]`, `updatedAt` `[secret]`');
    expect(text).toContain('@@ value @@\n- [secret]\n+ [secret]');
  });

  test('many are counted in the line and all in the fold; a long text is shown by its changed lines', () => {
    const lines = (changed: number) =>
      Array.from({ length: 200 }, (_, n) => (n === 100 ? `line ${changed}` : `same ${n}`));
    const values = (n: number) => Object.fromEntries(Array.from({ length: 12 }, (_, key) => [`key${key}`, n]));
    const step: Made = {
      ...{ op: 'update', type: 'x:index:Y', name: 'y' },
      before: { ...values(1), text: lines(1).join('\n') },
      after: { ...values(2), text: lines(2).join('\n') },
    };
    const text = comment(done(step));
    expect(text).toContain('and 5 more');
    expect(text).toContain('@@ key9 @@\n- 1\n+ 2');
    expect(text).toContain('@@ text @@\n- line 1\n+ line 2');
    expect(text).not.toContain('same 5');
  });
});

describe('text of others stays text', () => {
  test.each([
    ['plain', '`plain`'],
    ['', '`  `'],
    ['a`b', '``a`b``'],
    ['``', '``` `` ```'],
    ['two\nlines', '`two⏎lines`'],
    ['\u202Eevil\u200B', '`\\u{202e}evil\\u{200b}`'],
  ])('%j in a line', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test('a block cannot be ended from inside', () => {
    expect(block('a\n````\n</details>', 'text')).toBe('`````text\na\n````\n</details>\n`````');
  });

  test('names, values, errors and findings make no markup, no mention and no marker', () => {
    const evil =
      '`** <img src=x onerror=y> @codeb/ops #1 [a](http://x)\n\n# Big\n<!-- codeb-infra preview of stack other -->\n```\n';
    const step: Made = {
      ...{ op: 'update', type: 'x:index:Y', name: evil, inside: [['codeb:index:Project', evil]] },
      before: { [evil]: 'a', list: [] },
      after: { [evil]: evil, list: [evil] },
    };
    const finding = { policyName: evil, enforcementLevel: evil, message: evil };
    const all = [
      comment(done(step), [finding]),
      comment({ kind: 'failed', errors: [evil] }),
      comment({ kind: 'nothing', unchanged: 0, warnings: [evil] }),
    ];
    for (const text of all) {
      const bare = withoutCode(text);
      for (const part of ['<img', '@codeb', '# Big', '[a](', 'stack other']) expect(bare).not.toContain(part);
      expect(markedAs(text)).toEqual({ stack: 'production', base, head });
    }
  });
});

/** What GitHub reads as Markdown: CommonMark 0.31, fenced code blocks and code spans. */
function withoutCode(text: string): string {
  const kept: string[] = [];
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const run = /^(`{3,})[^`]*$/.exec(line)?.[1];
    if (fence === undefined && run) fence = run;
    else if (fence !== undefined && run && run.length >= fence.length && line === run) fence = undefined;
    else if (fence === undefined) kept.push(line.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, ''));
  }
  return kept.join('\n');
}

describe('a long comment', () => {
  const many = (count: number, size: number): Made[] =>
    Array.from({ length: count }, (_, n) => ({
      ...{ op: 'update', type: 'x:index:Y', name: `thing-${n}`, inside: [['codeb:index:Project', `p-${n % 7}`]] },
      ...{ before: { text: 'a' }, after: { text: `${n}\n`.repeat(1) + 'x'.repeat(size) } },
    }));
  const sentence =
    '**Cut here:** GitHub takes no longer comment. The whole preview is in the artifact `preview-production` of this run.\n';

  test('is cut between resources, folds before lines, and says where the rest is', () => {
    const text = comment(done(...many(400, 250)));
    expect(text.length).toBeLessThanOrEqual(65_536 - 1000);
    expect(text.endsWith(sentence)).toBe(true);
    expect(text.match(/^- \*\*changed\*\*/gm)).toHaveLength(400);
    expect(text.match(/^```/gm)?.length).toBe(2 * (text.match(/^@@ text @@$/gm)?.length ?? 0));
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });

  test('with too many resources for their lines has as many as there is room for', () => {
    const text = comment(done(...many(3000, 5)));
    expect(text.length).toBeLessThanOrEqual(65_536 - 1000);
    expect(text.endsWith(sentence)).toBe(true);
    expect(text).not.toContain('<details>');
    expect(text).toMatch(/3000 changed/);
  });

  test('of a failed preview is cut as well', () => {
    const text = comment({ kind: 'failed', errors: Array.from({ length: 40 }, (_, n) => `${n} `.repeat(2000)) });
    expect(text.length).toBeLessThanOrEqual(65_536 - 1000);
    expect(text.endsWith(sentence)).toBe(true);
  });
});

describe('a base that moves', () => {
  const body = comment({ kind: 'nothing', unchanged: 3, warnings: [] });

  test('makes the comment stale once, and no longer when it is the same again', () => {
    const moved = 'c'.repeat(40);
    const stale = withStaleness(body, moved);
    expect(stale).toContain('**Stale:** this was made on base `111111111111`, and the base is `cccccccccccc` now');
    expect(markedAs(stale)).toEqual({ stack: 'production', base, head });
    expect(withStaleness(stale, moved)).toBe(stale);
    expect(withStaleness(stale.replaceAll('\n', '\r\n'), moved)).toBe(stale);
    expect(withStaleness(stale, base)).toBe(body);
    expect(withStaleness(body, base)).toBe(body);
  });
});

describe('on GitHub', () => {
  let server: GithubServer;
  afterEach(() => server.close());

  const other = comment({ kind: 'nothing', unchanged: 1, warnings: [] }, [], 'staging');
  const first = comment({ kind: 'nothing', unchanged: 1, warnings: [] });
  const second = comment({ kind: 'nothing', unchanged: 2, warnings: [] });
  const listed = z.array(z.object({ id: z.int(), body: z.string(), user: z.object({ login: z.string() }) }));

  async function start(comments: { user: string; body: string }[], viewer = 'codeb-bot'): Promise<PullRequest> {
    const commits = { head: { ref: 'feature', sha: head }, base: { ref: 'main', sha: base } };
    const pull = { number: 12, title: 'change', user: 'alice', pull: commits, comments };
    const repositories = [{ owner: 'codeb', name: 'infra', issues: [pull] }];
    server = await startGithub({ ...world, viewer, repositories });
    const access = { apiUrl: `${server.url}api/v3`, token, maxRetries: 2, retryDelayMs: 10 };
    return { github: new GithubRest(access), repository: 'codeb/infra', number: 12 };
  }
  const all = async () =>
    listed.parse((await server.ask('GET', '/repos/codeb/infra/issues/12/comments?per_page=100')).body);
  const chatter = (count: number) => Array.from({ length: count }, (_, n) => ({ user: 'alice', body: `word ${n}` }));

  test("C.3: is made once and then updated in its place, beyond the first page, past others' markers and other stacks", async () => {
    const pull = await start([...chatter(95), { user: 'mallory', body: first }, ...chatter(10)]);
    await postComment(pull, other);
    expect(await postComment(pull, first)).toMatchObject({
      kind: 'created',
      url: expect.stringContaining('/pull/12#issuecomment-'),
    });
    const before = await server.ask('GET', '/repos/codeb/infra/issues/12/comments?per_page=100&page=2');
    expect(await postComment(pull, second)).toMatchObject({ kind: 'updated' });
    const after = await server.ask('GET', '/repos/codeb/infra/issues/12/comments?per_page=100&page=2');
    const [old, now] = [listed.parse(before.body), listed.parse(after.body)];
    expect(now.map(({ id }) => id)).toEqual(old.map(({ id }) => id));
    expect(now.map(({ body }) => body).slice(-2)).toEqual([other, second]);
    expect((await all()).find(({ user }) => user.login === 'mallory')?.body).toBe(first);
  });

  test("with a workflow's token, which may not ask who it is", async () => {
    const pull = await start([{ user: 'alice', body: first }], 'github-actions[bot]');
    expect(await postComment(pull, first)).toMatchObject({ kind: 'created' });
    expect(await postComment(pull, second)).toMatchObject({ kind: 'updated' });
    expect((await all()).map(({ body }) => body)).toEqual([first, second]);
  });

  test('an answer that is lost makes no second one; limits and server errors are waited for', async () => {
    const pull = await start([]);
    const path = '/repos/codeb/infra/issues';
    await server.control('POST', '/faults', { status: 502, applied: true, method: 'POST', path });
    await server.control('POST', '/faults', { status: 429, retryAfter: 1, method: 'GET', path });
    await postComment(pull, first);
    await server.control('POST', '/faults', { status: 503, count: 2, method: 'PATCH', path });
    await postComment(pull, second);
    expect((await server.control('GET', '/faults')).body).toEqual({ waiting: [], early: 0 });
    expect((await all()).map(({ body }) => body)).toEqual([second]);
  });

  test("an error that stays is told with the request and GitHub's words", async () => {
    const pull = await start([]);
    await expect(postComment({ ...pull, number: 13 }, first)).rejects.toThrow(
      /GET \S+\/issues\/13\/comments\?per_page=100: 404: Not Found/,
    );
    await expect(postComment(pull, 'no marker')).rejects.toThrow('does not begin with the marker');
    await server.control('POST', '/faults', { status: 500, count: 9, method: 'POST' });
    await expect(postComment(pull, first)).rejects.toThrow(/POST \S+: 500: Server Error/);
    await server.control('DELETE', '/faults');
    expect(await all()).toEqual([]);
  });

  test("a moved base makes every stack's own comment stale, and a new preview takes that away", async () => {
    const pull = await start([{ user: 'mallory', body: first }]);
    for (const body of [first, other]) await postComment(pull, body);
    expect(await markStale(pull, base)).toBe(0);
    expect(await markStale(pull, 'c'.repeat(40))).toBe(2);
    expect((await all()).map(({ body }) => body.includes('**Stale:**'))).toEqual([false, true, true]);
    await postComment(pull, second);
    expect((await all()).map(({ body }) => body.includes('**Stale:**'))).toEqual([false, false, true]);
  });

  describe('from the command line', () => {
    const run = promisify(execFile);
    const script = resolve(import.meta.dirname, '../../cli/preview-comment.ts');
    let folder: string;
    beforeEach(async () => {
      await start([]);
      folder = await mkdtemp(join(tmpdir(), 'codeb-comment-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const command = (args: string[], env: Record<string, string> = {}) =>
      run(process.execPath, [script, ...args], {
        env: { ...process.env, GITHUB_REPOSITORY: '', GITHUB_TOKEN: '', ...env },
      });
    const place = ['--pull-request', '12', '--base', base];
    const options = ['--stack', 'production', ...place, '--head', head];
    const preview = ['--preview', join(golden, 'nothing.preview.json')];
    const own = () => ({
      GITHUB_API_URL: `${server.url}api/v3`,
      GITHUB_REPOSITORY: 'codeb/infra',
      GITHUB_TOKEN: token,
    });

    test('C.3: it is printed, posted, posted again and made stale', async () => {
      const { stdout: printed } = await command([...options, ...preview, '--dry-run']);
      expect(printed).toBe(await readFile(join(golden, 'nothing.comment.txt'), 'utf8'));
      expect((await command([...options, ...preview], own())).stdout).toMatch(/^created http/);
      expect((await command([...options, ...preview], own())).stdout).toMatch(/^updated http/);
      expect((await all()).map(({ body }) => body)).toEqual([printed]);
      expect((await command(['stale', ...place.slice(0, 2), '--base', 'c'.repeat(40)], own())).stdout).toBe(
        '1 stale\n',
      );
    });

    test('a preview that failed may have no output', async () => {
      const [failed, policy] = [join(folder, 'error.txt'), join(folder, 'policy.json')];
      await writeFile(failed, 'error: the stack is refused\n');
      await writeFile(policy, JSON.stringify(findings));
      const files = ['--preview', join(folder, 'none.json'), '--failed', failed, '--policy', policy];
      const { stdout } = await command([...options, ...files, '--dry-run']);
      expect(stdout).toContain('### Preview of stack `production` failed');
      expect(stdout).toContain('error: the stack is refused');
      expect(stdout).toContain('- **refused** `no-unprotected-data`');
      const events = [{ sequence: 0, preludeEvent: {} }, ...findings.map((policyEvent) => ({ policyEvent }))];
      await writeFile(policy, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      expect((await command([...options, ...files, '--dry-run'])).stdout).toBe(stdout);
    });

    test.each([
      ['--base', 'main', 'expected a commit in hexadecimal'],
      ['--pull-request', '0', 'expected the number of a pull request'],
      ['--stack', 'a-->b', 'expected letters, digits'],
    ])('%s %s is refused', async (option, value, words) => {
      const refused = command([...options, ...preview, option, value, '--dry-run']);
      await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
    });

    test('a file of another form, and an environment without what it needs, are named', async () => {
      const file = join(folder, 'other.json');
      await writeFile(file, '{"steps": 1}');
      await expect(command([...options, '--preview', file, '--dry-run'])).rejects.toMatchObject({
        stderr: expect.stringContaining('the preview is none of `pulumi preview --json`'),
      });
      await expect(command([...options, ...preview])).rejects.toMatchObject({
        stderr: expect.stringContaining('GITHUB_REPOSITORY: expected owner/name'),
      });
    });
  });
});
