/** A component's page. */
import { posix } from 'node:path';
import * as schema from '../../provider/schema.ts';
import type { Component } from './components.ts';
import type { Member } from './component-members.ts';
import { oneLine } from './field-doc.ts';
import { code, generatedFrom, table } from './markdown.ts';
import { sectionsText } from './schema-page.ts';
import { schemaSections } from './schemas.ts';
import type { Sources } from './sources.ts';

const folder = 'docs/components';

/** `DNSRecord` and `dnsRecord` are both `dns-record.md`. */
export function pageOf({ name }: Component): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3-$2$4');
  return `${folder}/${words.toLowerCase()}.md`;
}

export function componentPage(sources: Sources, component: Component): string {
  const { name, file, doc, types } = component;
  const example = sources.examples.find(({ of }) => of === name)?.code;
  return [
    generatedFrom(component.schema === undefined ? file : `${file} and provider/schema.ts`),
    `# ${name}`,
    doc,
    `Source: ${link(file)}`,
    ...(example === undefined ? [] : ['## Example', `\`\`\`ts\n${example};\n\`\`\``]),
    ...argumentsText(sources, component),
    ...members('Outputs', component.outputs),
    ...members('Methods', component.methods),
    ...(types.size === 0 ? [] : [`Types: ${[...types].map(([type, path]) => link(path, type)).join(', ')}`]),
  ].join('\n\n');
}

function argumentsText(sources: Sources, { arguments: given, schema: constant }: Component): string[] {
  if (constant !== undefined) {
    const sections = schemaSections(sources, schemaOf(constant), { file: 'provider/schema.ts', constant });
    return ['## Arguments', sectionsText(sections, 3)];
  }
  const rows = given.map((one) => [code(one.name), code(one.type), one.default, one.description]);
  return ['## Arguments', table(['argument', 'type', 'default', 'meaning'], rows)];
}

function schemaOf(constant: string) {
  const found = Object.entries(schema).find(([name]) => name === constant)?.[1];
  if (!found) throw new Error(`provider/schema.ts exports no '${constant}'`);
  return found;
}

function members(title: string, all: readonly Member[]): string[] {
  if (all.length === 0) return [];
  const rows = all.map(({ name, type, description }) => [code(name), code(type), description]);
  return [`## ${title}`, table([title === 'Outputs' ? 'output' : 'method', 'type', 'meaning'], rows)];
}

function link(path: string, text = path): string {
  return `[${code(text)}](${posix.relative(folder, path)})`;
}

/** The list of all. */
export function componentsPage(components: readonly Component[], hasPage: (component: Component) => boolean): string {
  const paged = components.filter(hasPage);
  const others = components.filter((component) => !hasPage(component));
  const first = (doc: string) => /^.*?\w\S*[.](?= |$)/.exec(oneLine(doc))?.[0] ?? oneLine(doc);
  return [
    generatedFrom('components/*.ts'),
    '# Components',
    'What the program is composed of. A component decides nothing that the plan (`stacks/`) could have decided.',
    table(
      ['component', 'what it is'],
      paged.map((one) => [`[${code(one.name)}](${posix.relative(folder, pageOf(one))})`, first(one.doc)]),
    ),
    'Smaller parts, which these are made with:',
    table(
      ['part', 'what it is', 'source'],
      others.map((one) => [code(one.name), first(one.doc), link(one.file)]),
    ),
  ].join('\n\n');
}
