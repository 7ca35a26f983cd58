/** `npm run docs`: makes the pages of docs/ that come from the source, and takes away those of components that are gone. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { componentPage, componentsPage, pageOf } from './generator/component-page.ts';
import { componentsOf, hasPage } from './generator/components.ts';
import { environmentsPage } from './generator/environments-page.ts';
import { formatted } from './generator/markdown.ts';
import { projectFilePage, stackSettingsPage } from './generator/settings-pages.ts';
import { readSources, root, type Sources } from './generator/sources.ts';

/** Every page by its path below the root. */
export async function pagesFrom(sources: Sources): Promise<Map<string, string>> {
  const components = componentsOf(sources);
  const texts: [string, string][] = [
    ['docs/project-file.md', projectFilePage(sources)],
    ['docs/stack-settings.md', stackSettingsPage(sources)],
    ['docs/environments.md', environmentsPage(sources)],
    ['docs/components/README.md', componentsPage(components, hasPage)],
    ...components.filter(hasPage).map((one): [string, string] => [pageOf(one), componentPage(sources, one)]),
  ];
  const pages = await Promise.all(texts.map(async ([path, text]) => [path, await formatted(path, text)] as const));
  return new Map(pages);
}

/** Pages of components as they lie there. */
export async function componentPages(): Promise<string[]> {
  const files = await readdir(join(root, 'docs', 'components'));
  return files.map((file) => `docs/components/${file}`).sort();
}

async function main(): Promise<void> {
  const pages = await pagesFrom(readSources());
  await mkdir(join(root, 'docs', 'components'), { recursive: true });
  const gone = (await componentPages()).filter((path) => !pages.has(path));
  for (const path of gone) await rm(join(root, path));
  for (const [path, text] of pages) await writeFile(join(root, path), text);
  process.stdout.write(`${pages.size} pages, ${gone.length} removed\n`);
}

if (import.meta.main) await main();
