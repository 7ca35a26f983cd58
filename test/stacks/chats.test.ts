/** Sites by the chat: a stack that has nothing else, and a chat's way back in a Pages project that it shares. */
import { describe, expect, test } from 'vitest';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { fingerprintsOf } from '../../stacks/fingerprints.ts';
import { healthTargets } from '../../stacks/listings.ts';
import { registry } from '../../stacks/registry.ts';
import { registryOf } from '../../stacks/registry-document.ts';
import { parseSecrets } from '../../stacks/secrets.ts';
import { sprintsolo } from '../../stacks/projects/sprintsolo.ts';
import { hosting, project, server, settings } from './inputs.ts';
import { planned, problems } from './planned.ts';

const cloudflare = {
  accountId: 'a'.repeat(32),
  zones: { 'chats.dev': { id: 'b'.repeat(32) }, 'example.org': { id: 'c'.repeat(32) } },
};
const one = { id: 'abc123', created: 1764547200 };

/** A project with everything beside its chats. */
const whole = (layout: 'project' | 'branch' = 'project') => ({
  ...project('solo', {
    services: {
      apps: {
        app: { image: 'ghcr.io/example/app:1.0.0' },
        api: { image: 'ghcr.io/example/api:latest', subdomain: 'api', port: 4000 },
      },
      postgres: { kind: 'shared' },
    },
    environments: {
      production: { server: 'main', images: { api: 'ghcr.io/example/api:1.0.0' } },
      staging: {},
      preview: {},
    },
    externals: {
      data: {
        kind: 'supabase',
        environments: { production: { host: 'data.example.com', health: '/health' } },
        variables: ['DATA_URL'],
      },
    },
    variables: {
      DATA_URL: { kind: 'config', value: { production: 'https://data.example.com' }, stores: ['github', 'pages'] },
      API_URL: { kind: 'config', value: '{{url api}}', stores: ['pages'] },
      SITE_KEY: { kind: 'secret', stores: ['pages'] },
      SERVER_KEY: { kind: 'secret', stores: ['server', 'github'] },
    },
    switches: { beta: true },
  }),
  repository: 'https://github.com/example/solo',
  github: { reviewers: { users: ['someone'] } },
  bucket: { location: 'WEUR' },
  pages: { subdomain: 'docs' },
  chats: { base: 'chats.dev', prefix: 'sprint', layout },
});

const stackOf = (chosen: object, changes: object = {}) =>
  settings({ cloudflare, projects: { solo: chosen }, ...changes });
const onlyChats = { only: 'chats', chats: [one, { ...one, id: 'def456', customDomain: 'www.example.org' }] };

describe('S0.1: one stack a chat', () => {
  const plan = planned({ settings: stackOf(onlyChats), projects: [whole()] });
  const [solo] = plan.projects;

  test('has the sites of its chats, and nothing else of the project', () => {
    expect(solo?.sites.map(({ name, domains }) => [name, domains])).toEqual([
      ['sprint-abc123-1764547200', ['abc123.chats.dev']],
      ['sprint-def456-1764547200', ['def456.chats.dev', 'www.example.org']],
    ]);
    expect(solo).toMatchObject({ records: [], externals: [], switches: {}, url: 'https://abc123.chats.dev' });
    for (const part of ['pod', 'bucket', 'github', 'sharedDatabase']) expect(solo).not.toHaveProperty(part);
    expect(plan.servers).toEqual({});
  });

  test('S0.6: makes no API token; the project’s own stack has the one of its sites', () => {
    expect(solo).not.toHaveProperty('siteToken');
    const [all] = planned({ settings: stackOf({ chats: [one] }), projects: [whole()] }).projects;
    expect(all?.siteToken).toBe('solo-sites');
  });

  test('S0.3: tells its sites what they are told in the project’s own stack, and asks for no other secret', () => {
    expect(solo?.variables.map(({ name, stores }) => [name, stores])).toEqual([
      ['DATA_URL', ['pages']],
      ['API_URL', ['pages']],
      ['SITE_KEY', ['pages']],
    ]);
    expect(solo?.variables).toContainEqual(expect.objectContaining({ value: 'https://api.solo.example.org' }));
    const variables = madeUpSecrets(plan, 'of these tests');
    expect(Object.keys(variables.solo ?? {})).toEqual(['SITE_KEY']);
    const given = { credentials: {}, variables, fingerprintKey: 'of these tests, and long enough for one' };
    const parsed = parseSecrets(plan, given);
    if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
    expect(Object.keys(fingerprintsOf(parsed.secrets).solo ?? {})).toEqual(['SITE_KEY']);
  });

  test('exports a registry and probes of its sites alone', () => {
    const none = { ports: {}, pinned: {}, previous: {}, status: 'static' as const };
    const document = registry.parse(registryOf(plan, { solo: none }));
    const production = document.projects.solo?.environments.production;
    expect(production).toMatchObject({ containers: {}, externals: [], switches: {}, status: 'static' });
    expect(production?.sites.map(({ name }) => name)).toEqual(solo?.sites.map(({ name }) => name));
    expect(healthTargets(plan).map(({ targets: [target] }) => target)).toEqual([
      'https://abc123.chats.dev/',
      'https://def456.chats.dev/',
    ]);
  });

  test('S3.2: is held to the project’s isolation all the same', () => {
    const spec = whole();
    const variables = {
      ...spec.variables,
      DATA_URL: { kind: 'config', value: 'https://data.example.com', stores: ['pages'] },
    };
    expect(
      problems({ settings: stackOf(onlyChats, { environment: 'staging' }), projects: [{ ...spec, variables }] }),
    ).toEqual([
      "projects.solo.variables.DATA_URL: names production's host 'data.example.com', which staging never touches",
    ]);
  });

  const left = 'is for a stack that has the whole project, and this one has its chats alone (only: chats)';

  test.each([
    [
      'S3.1: in a preview',
      stackOf(onlyChats, { environment: 'preview', pullRequest: 7 }),
      whole(),
      ["codeb.projects.solo.only: 'chats' is for staging and production: a preview is of the whole project"],
    ],
    [
      'S0.7: where chats share Pages projects',
      stackOf(onlyChats),
      whole('branch'),
      [
        "codeb.projects.solo.only: 'chats' is for the layout 'project': with 'branch', chats share Pages projects, and one stack has all of them",
      ],
    ],
    [
      'without a chat',
      stackOf({ only: 'chats' }),
      whole(),
      ['codeb.projects.solo.chats: expected one at least: the stack has nothing else (only: chats)'],
    ],
    [
      'with what only the whole project has',
      stackOf({
        ...onlyChats,
        server: 'main',
        images: { app: 'ghcr.io/example/app:2.0.0' },
        switches: { beta: false },
      }),
      whole(),
      ['server', 'images', 'switches'].map((key) => `codeb.projects.solo.${key}: ${left}`),
    ],
    [
      'of a project without chats',
      stackOf(onlyChats),
      project('solo'),
      ['codeb.projects.solo.chats: the project has no sites by the chat'],
    ],
    [
      'of which nobody knows the account',
      settings({ projects: { solo: onlyChats } }),
      whole(),
      ["projects.solo.chats: is on Cloudflare, and the stack has no account: expected 'codeb.cloudflare.accountId'"],
    ],
    [
      'of anything else',
      stackOf({ ...onlyChats, only: 'sites' }),
      whole(),
      ['codeb.projects.solo.only: Invalid input: expected "chats"'],
    ],
  ])('is refused %s', (_, given, spec, says) => {
    expect(problems({ settings: given, projects: [spec] })).toEqual(says);
  });
});

describe('S0.7: a chat in a shared Pages project', () => {
  const recordsWith = (changes: object) => {
    const chats = [
      { ...one, customDomain: 'www.example.org', ...changes },
      { ...one, id: 'def456' },
    ];
    const [solo] = planned({ settings: stackOf({ chats }), projects: [whole('branch')] }).projects;
    const [shared] = solo?.sites.filter(({ branches }) => branches === 'chats') ?? [];
    return shared?.records.map(({ name, values }) => [name, ...values]);
  };
  const forward = [
    ['abc123.chats.dev', 'abc123.solo-1.pages.dev'],
    ['www.example.org', 'abc123.solo-1.pages.dev'],
    ['def456.chats.dev', 'def456.solo-1.pages.dev'],
  ];

  test('goes back to an earlier deployment by its records alone, and forward without the line', () => {
    expect(recordsWith({})).toEqual(forward);
    expect(recordsWith({ deployment: '373f31e2' })).toEqual([
      ['abc123.chats.dev', '373f31e2.solo-1.pages.dev'],
      ['www.example.org', '373f31e2.solo-1.pages.dev'],
      ['def456.chats.dev', 'def456.solo-1.pages.dev'],
    ]);
  });

  const given = (changes: object, layout: 'project' | 'branch' = 'branch') => ({
    settings: stackOf({ chats: [one, { ...one, id: 'def456', ...changes }] }),
    projects: [whole(layout)],
  });

  test.each([
    [
      'a deployment in a Pages project of its own',
      given({ deployment: '373f31e2' }, 'project'),
      "codeb.projects.solo.chats.1.deployment: is for the layout 'branch'; in this one `npm run site -- rollback {Pages project} {deployment}` goes back",
    ],
    [
      'a deployment’s whole id',
      given({ deployment: '373f31e2-1111-4222-8333-444455556666' }),
      "codeb.projects.solo.chats.1.deployment: expected the first eight characters of a deployment's id, such as '373f31e2'",
    ],
    [
      'eight digits that a YAML file makes a number of',
      given({ deployment: 12345678 }),
      'codeb.projects.solo.chats.1.deployment: expected text: eight digits alone need quotes',
    ],
    [
      'the branch that is nobody’s preview',
      given({ id: 'main' }),
      "codeb.projects.solo.chats.1.id: 'main' is the production branch of every Pages project, and no chat's",
    ],
    [
      'a name that Pages would cut off',
      given({ id: 'a-chat-with-quite-a-long-name' }),
      "codeb.projects.solo.chats.1.id: 'a-chat-with-quite-a-long-name' has 29 characters, and Pages serves a branch by its first 28 (layout 'branch')",
    ],
  ])('is refused %s', (_, input, says) => {
    expect(problems(input)).toEqual([says]);
  });
});

test('S0.1: a chat may be called as it likes where it has a Pages project of its own', () => {
  const chats = [
    { ...one, id: 'main' },
    { ...one, id: 'a-chat-with-quite-a-long-name' },
  ];
  const plan = planned({
    settings: stackOf({ only: 'chats', chats }, { servers: { main: server } }),
    projects: [whole()],
  });
  expect(plan.projects[0]?.sites).toHaveLength(2);
});

describe('S3.2: a preview whose settings name no chat, as CI makes it', () => {
  const hosted = (environment: object, chosen: object = {}) => {
    const { cloudflare: account, servers } = hosting('production');
    const given = { ...environment, cloudflare: account, servers, projects: { sprintsolo: chosen } };
    return planned({ settings: given, projects: [sprintsolo] }).projects[0]?.sites.map(({ domains }) => domains);
  };
  const preview = { environment: 'preview', pullRequest: 7 };

  test('has those of the project file', () => {
    expect(hosted(preview)).toEqual([['pr-7.sample.sprint.solo.dev']]);
  });

  test('gives way to chats that they do name, and no other environment has one', () => {
    expect(hosted(preview, { chats: [one] })).toEqual([['pr-7.abc123.sprint.solo.dev']]);
    expect(hosted({ environment: 'staging' })).toEqual([]);
  });
});
