/** Inputs bent at random places, as data, so that a failing one can be read. */
import fc from 'fast-check';

type Entry = readonly [string, unknown];

type Change =
  | { kind: 'delete' | 'wrap' | 'capitals' }
  | { kind: 'set'; value: unknown }
  | { kind: 'rename' | 'double' | 'lengthen'; name: string }
  /** The name or the value of another place: one domain, port or service twice, or one thing where another belongs. */
  | { kind: 'name of' | 'value of'; from: number };

/** Places are counted around, `at` among all, or among those of the key that something is put beside. */
export type Mutation = { at: number } & (Change | { kind: 'add'; beside: string; key: string; value: unknown });

/** Wrong in most places, and right in some that they were not meant for. */
const odd = [
  ...[
    null,
    undefined,
    true,
    '',
    [],
    {},
    [null],
    -1,
    0,
    1.5,
    3001,
    4000,
    5432,
    65_535,
    65_536,
    2e7,
    2 ** 53,
    1e300,
    NaN,
  ],
  ...[
    'a'.repeat(50_000),
    '{{'.repeat(20_000),
    'é',
    '\u{1f4a5}',
    'a\nb',
    '\0',
    '@',
    '{{url nobody}}',
    '{{url constructor}}',
  ],
];
const names = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'postgres',
    'db',
    'network',
    'pod',
    'migrations',
    'web',
  ],
  ...[
    'codeb',
    'shared',
    'host',
    'staging-web',
    'web-2',
    'x'.repeat(40),
    'PORT',
    'NEXT_PUBLIC_KEY',
    '',
    'ä',
    'codeb.dev',
  ],
];
/** What a file may have as well, by a key that stands where it belongs. */
const additions: Record<string, Record<string, unknown[]>> = {
  image: {
    ...{
      publishedPort: [3001, 3050, 4005, 'api'],
      replicas: [0, 4, 21, 2e7, 1e300],
      port: [1, 3001, 4000, 5432, 65_535],
    },
    ...{ subdomain: ['api', 'socket'], limits: [{ memory: '0M' }, { cpus: 0.001 }], command: [['a\nb', '%', '\0']] },
  },
  server: {
    ...{
      customDomains: [['api.codeb.dev', 'API.codeb.dev'], ['share-paint.app'], ['share-paint.app.'], ['a.b', 'a.b']],
    },
    ...{
      publishedPorts: [{ web: 3050 }, { app: 3050 }, { app: 'api' }],
      images: [{ app: 'ghcr.io/a/b' }, { no: 'x' }],
    },
    replicas: [{ api: 100 }, { web: 2 }, { web: 1000 }, { app: 0 }, { python: 0 }],
  },
  domain: {
    ...{ pages: [{}, { subdomain: 'api' }], bucket: [{ location: 'OC' }], system: [true], dependsOn: [['codeb']] },
    ...{ chats: [{ base: 'sprint.solo.dev', prefix: 'sprint', layout: 'branch' }], onDelete: ['archive'] },
  },
  apps: {
    ...{
      postgres: [
        { kind: 'shared' },
        { kind: 'shared', database: 'codeb' },
        { kind: 'own', readOnlyIn: ['production'] },
      ],
    },
    ...{ redis: [{ kind: 'own' }, { kind: 'shared' }], workers: [{ web: { image: 'ghcr.io/a/b:1' } }] },
  },
  hostKey: {
    ...{ engine: ['docker'], reservedPorts: [[3050], [3000, 4000, 4000]], privilege: ['sudo'], port: [0, 22] },
    ports: [{ production: { app: { from: 3000, to: 3003 } } }, { production: { postgres: { from: 3000, to: 3099 } } }],
  },
  zones: {
    wildcards: [['*.codeb.dev'], ['*.codeb.dev', '*.codeb.dev'], ['*.example.org']],
    zones: [['dev'], ['share-paint.app']],
  },
  base: { host: ['api', 'paintshare', '@'], base: ['codeb.dev', 'CODEB.dev', 'codeb.dev.', 'share-paint.app'] },
  'code-battle': {
    codeb: [{ server: 'one-q' }, { server: 'moon' }, { switches: { no: true } }, { images: { app: 'ghcr.io/a/b' } }],
    paintshare: [{ only: 'chats' }, { chats: [{ id: 'a', created: 1 }] }, { images: { constructor: 'ghcr.io/a/b:1' } }],
    sprintsolo: [
      { only: 'chats' },
      { chats: [1, 2].map((created) => ({ id: 'main', created, customDomain: 'api.codeb.dev' })) },
    ],
  },
  'codeb:environment': {
    'codeb:protectData': ['true', 'perhaps'],
    'codeb:pullRequest': [0, '7', 2 ** 53],
    'codeb:x': [1],
  },
};
const allAdditions = Object.entries(additions).flatMap(([beside, keys]) =>
  Object.entries(keys).flatMap(([key, values]) =>
    values.map((value) => ({ kind: 'add' as const, beside, key, value })),
  ),
);

const anywhere = fc.noBias(fc.nat());
const name = fc.constantFrom(...names);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constantFrom('delete', 'wrap', 'capitals') }),
  fc.record({ kind: fc.constant('set'), value: fc.constantFrom(...odd, ...names) }),
  fc.record({ kind: fc.constantFrom('rename', 'double'), name }),
  fc.record({ kind: fc.constant('lengthen'), name: fc.constantFrom('.', '-', '-2', '9') }),
  fc.record({ kind: fc.constantFrom('name of', 'value of'), from: anywhere }),
);
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(anywhere, change).map(([at, one]) => ({ at, ...one })),
  fc.tuple(anywhere, fc.constantFrom(...allAdditions)).map(([at, one]) => ({ at, ...one })),
);

export function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function pathsIn(value: unknown): string[][] {
  if (!isTree(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])]);
}

function valueAt(value: unknown, [key, ...rest]: string[]): unknown {
  if (key === undefined) return value;
  return valueAt(isTree(value) ? Object.entries(value).find(([one]) => one === key)?.[1] : undefined, rest);
}

/** By entries, so that `__proto__` is a key like another. */
function edited(value: unknown, [key, ...rest]: string[], edit: (entry: Entry) => Entry[]): unknown {
  if (!isTree(value) || key === undefined) return value;
  const after = Object.entries(value).flatMap((entry): Entry[] => {
    if (entry[0] !== key) return [entry];
    return rest.length === 0 ? edit(entry) : [[key, edited(entry[1], rest, edit)]];
  });
  return Array.isArray(value) ? after.map(([, inner]) => inner) : Object.fromEntries(after);
}

/** The seed with each of them in turn; what is `kept` reaches no other place. */
export function mutated(seed: unknown, mutations: readonly Mutation[], kept: string): unknown {
  return mutations.reduce((all, one) => {
    const paths = pathsIn(all);
    const places = one.kind === 'add' ? paths.filter((path) => path.at(-1) === one.beside) : paths;
    const place = places[one.at % places.length] ?? [];
    // Two of one key are each right in the place of the other.
    const alike = paths.filter((path) => path.at(-1) === place.at(-1) && path !== place);
    const others = alike.length > 0 ? alike : paths;
    const other = one.kind === 'name of' ? paths : others;
    const from = 'from' in one ? (other[one.from % other.length] ?? []) : [];
    const value = valueAt(all, from);
    if (JSON.stringify(value)?.includes(kept)) return all;
    return edited(all, place, (entry) => changed(entry, one, { name: from.at(-1) ?? '', value }));
  }, seed);
}

function changed([key, value]: Entry, mutation: Mutation, other: { name: string; value: unknown }): Entry[] {
  switch (mutation.kind) {
    case 'delete':
      return [];
    case 'wrap':
      return [[key, [value]]];
    case 'capitals':
      return [[key, String(value).toUpperCase()]];
    case 'set':
      return [[key, mutation.value]];
    case 'rename':
      return [[mutation.name, value]];
    case 'double':
      return [
        [key, value],
        [mutation.name, value],
      ];
    case 'lengthen':
      return [[key, `${String(value)}${mutation.name}`]];
    case 'name of':
      return [[other.name, value]];
    case 'value of':
      return [[key, other.value]];
    case 'add':
      return [
        [key, value],
        [mutation.key, mutation.value],
      ];
  }
}
