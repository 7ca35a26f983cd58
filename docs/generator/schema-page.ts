/** Sections of a schema's fields as Markdown. */
import type { Section } from './fields.ts';
import { code, table } from './markdown.ts';

/** @param level of its headings */
export function sectionsText(sections: readonly Section[], level = 2): string {
  return sections
    .flatMap((section) => [
      ...(section.path === '' && section.variant === undefined ? [] : [`${'#'.repeat(level)} ${titleOf(section)}`]),
      table(
        ['field', 'type', 'default', 'meaning'],
        section.fields.map((field) => [code(field.path), field.type, field.default, field.description]),
      ),
    ])
    .join('\n\n');
}

function titleOf({ path, variant }: Section): string {
  if (variant === undefined) return code(path);
  return path === '' ? `With ${code(variant)}` : `${code(path)} with ${code(variant)}`;
}
