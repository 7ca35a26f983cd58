/** The documentation is true to the source: pages made anew are the same, links lead somewhere, examples are taken. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { runInThisContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { componentPages, pagesFrom } from '../../docs/generate.ts';
import { componentsOf, hasPage } from '../../docs/generator/components.ts';
import { wrongExamples } from '../../docs/generator/examples.ts';
import { readSources, root, type Sources } from '../../docs/generator/sources.ts';
import { plan } from '../../stacks/plan.ts';
import { project } from '../../stacks/project.ts';
import { settings, settingsOf } from '../../stacks/settings.ts';

/** Every page, by its path below the root. */
const pages = new Map<string, string>();
for (const path of [
  'README.md',
  ...(await readdir(join(root, 'docs'), { recursive: true })).map((one) => `docs/${one}`),
]) {
  if (path.endsWith('.md')) pages.set(path, await readFile(join(root, path), 'utf8'));
}

/** Fenced blocks of a language, with the page that they stand in. */
function blocks(language: string): { page: string; text: string }[] {
  const pattern = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm');
  return [...pages].flatMap(([page, text]) =>
    [...text.matchAll(pattern)].map(([, indent = '', block = '']) => ({
      page,
      text: block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    })),
  );
}

describe('C.2: pages that are made from the source', () => {
  let sources: Sources;
  let made: Map<string, string>;
  beforeAll(async () => {
    sources = readSources();
    made = await pagesFrom(sources);
  }, 60_000);

  test('are what `npm run docs` makes of it now', async () => {
    const components = [...made.keys()].filter((path) => path.startsWith('docs/components/')).sort();
    expect(await componentPages()).toEqual(components);
    for (const [path, text] of made) expect(pages.get(path), path).toBe(text);
  });

  test('tell what every field, argument and output means', () => {
    const unsaid = [...made].flatMap(([path, text]) =>
      text.split('\n').flatMap((line) => (/^\|.*\|\s+\|$/.test(line) ? [`${path}: ${line}`] : [])),
    );
    expect(unsaid).toEqual([]);
  });

  test('there is one for each component', () => {
    const names = componentsOf(sources)
      .filter(hasPage)
      .map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'Project',
        'Server',
        'SharedDatabases',
        'PagesSite',
        'Bucket',
        'GithubEnvironment',
        'githubChecks',
        'dnsRecord',
        'Ports',
        'Postgres',
        'Redis',
        'Services',
        'ProjectPod',
        'DockerPod',
      ]),
    );
    expect(names).toEqual(
      expect.arrayContaining(['CodebServer', 'PortLease', 'Password', 'Workload', 'CaddySite', 'RecordSet']),
    );
  });

  test('the compiler takes every example', () => {
    const shown = sources.examples.map(({ of }) => of);
    const pagesOf = componentsOf(sources).filter(hasPage);
    expect(pagesOf.filter(({ name }) => !shown.includes(name)).map(({ name }) => name)).toEqual([]);
    expect(wrongExamples(sources.program, sources.examples)).toEqual([]);
  });

  test('the compiler would not take a wrong one', { timeout: 60_000 }, () => {
    const code = "new PortLease('shop-app', { owner: 'shop/app', span: 1 }, { provider })";
    const [right] = sources.examples.filter(({ of }) => of === 'PortLease');
    if (!right) throw new Error('PortLease has no example');
    const program = right.program.replace(right.code, code);
    expect(program).toContain('span');
    const wrong = { ...right, path: right.path.replace('.example-', '.wrong-'), code, program };
    expect(wrongExamples(readSources([wrong]).program, [wrong]).join()).toContain("'span' does not exist");
  });
});

/** As GitHub makes it of a heading: https://github.com/gjtorikian/html-pipeline, toc_filter. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));
}

/** Links and images; none within code. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+(?:\([^()\s]*\))?[^()\s]*)\)/g)].map(([, target = '']) => target);
}

test.each([...pages.keys()])('C.2: every link of %s leads somewhere', (page) => {
  const wrong = linksOf(pages.get(page) ?? '').filter((target) => {
    if (/^https:\/\//.test(target)) return false;
    const [path = '', heading] = target.split('#');
    const file = path === '' ? page : relative(root, join(root, dirname(page), path));
    if (!existsSync(join(root, file))) return true;
    return heading !== undefined && !anchorsOf(pages.get(file) ?? '').includes(heading);
  });
  expect(wrong).toEqual([]);
});

test('C.2: every page of docs/ is reached from the README', () => {
  const seen = new Set<string>();
  const visit = (page: string): void => {
    if (seen.has(page)) return;
    seen.add(page);
    for (const target of linksOf(pages.get(page) ?? '')) {
      const file = relative(root, join(root, dirname(page), target.split('#')[0] ?? ''));
      if (pages.has(file)) visit(file);
    }
  };
  visit('README.md');
  expect([...pages.keys()].filter((page) => !seen.has(page))).toEqual([]);
});

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

describe('what the guides show', () => {
  const stacks = blocks('yaml')
    .filter(({ text }) => text.startsWith('config:'))
    .map(({ page, text }) => ({ page, given: settingsOf(stackFile.parse(parse(text)).config) }));
  const projects = blocks('ts').filter(({ text }) => text.includes(': ProjectSpec = '));

  test('there is some', () => {
    expect(stacks.length).toBeGreaterThanOrEqual(3);
    expect(projects.length).toBeGreaterThanOrEqual(5);
  });

  test.each(stacks)('settings of a stack in $page are taken', ({ given }) => {
    expect(settings.safeParse(given).error?.issues ?? []).toEqual([]);
  });

  test.each(projects)('C.2: the project in $page has a plan in each of its environments', ({ text }) => {
    const literal = /: ProjectSpec = (\{[\s\S]*?^\});/m.exec(text)?.[1];
    const spec = project.parse(runInThisContext(`(${literal})`));
    for (const environment of Object.keys(spec.environments)) {
      const given = {
        environment,
        ...(environment === 'preview' && { pullRequest: 12 }),
        servers: stacks[0]?.given.servers,
        cloudflare: { accountId: 'a'.repeat(32) },
        projects: { [spec.name]: {} },
      };
      const result = plan({ settings: given, projects: [spec] });
      expect(result.kind === 'refused' ? result.problems : []).toEqual([]);
    }
  });
});

describe('what pages name', () => {
  const texts = [...pages].map(([page, text]) => ({ page, text }));

  test('every script of npm is there', async () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    const named = texts.flatMap(({ text }) =>
      [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
  });

  test('every file of this repository is there', () => {
    const rooms = 'stacks|components|provider|policy|cli|sandbox|docs|bench|test';
    const pattern = new RegExp(`(?<![\\w/.-])(?:${rooms})/[\\w./-]+\\.(?:ts|sh|md|yml|json)(?![\\w/])`, 'g');
    const wrong = texts.flatMap(({ page, text }) =>
      [...text.replaceAll(/\]\([^)]*\)/g, ']').matchAll(pattern)]
        .filter(([path]) => !isExample(path) && !existsSync(join(root, path)))
        .map(([path]) => `${page}: ${path}`),
    );
    expect(wrong).toEqual([]);
  });
});

/** The guides' own project. */
function isExample(path: string): boolean {
  return path === 'stacks/projects/shop.ts';
}
