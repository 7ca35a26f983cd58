/** What each environment is and may do, side by side. */
import type ts from 'typescript';
import { type Environment, environmentNames, environments, systemPorts } from '../../stacks/environments.ts';
import { fieldDoc } from './field-doc.ts';
import { code, generatedFrom, table } from './markdown.ts';
import { exported, type Sources } from './sources.ts';

const file = 'stacks/environments.ts';

export function environmentsPage(sources: Sources): string {
  const { checker } = sources;
  const fields = checker.getDeclaredTypeOfSymbol(exported(sources, file, 'Environment')).getProperties();
  const rows = fields.flatMap((field) => {
    const values = environmentNames.map((name) => flat(field.name, valueOf(environments[name], field.name)));
    const paths = [...new Set(values.flatMap((one) => [...one.keys()]))];
    return paths.map((path) => [
      code(path),
      ...values.map((one) => one.get(path) ?? 'none'),
      innerDoc(checker, field, path),
    ]);
  });
  return [
    generatedFrom(file),
    '# Environments',
    'What they are is data, the same for every project; [add an environment](guides/add-an-environment.md) tells how to use one.',
    table(['rule', ...environmentNames, 'meaning'], rows),
    '## System ports',
    'Never allotted, wherever they lie; a project of the platform itself (`system: true`) may claim one by its name.',
    table(
      ['port', 'name'],
      Object.entries(systemPorts).map(([name, port]) => [String(port), code(name)]),
    ),
  ].join('\n\n');
}

/** Of `lifetime.hours` where that has one, else of `lifetime`. */
function innerDoc(checker: ts.TypeChecker, field: ts.Symbol, path: string): string {
  const [, inner = ''] = path.split('.');
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(field));
  const found = type.getProperty(inner);
  return (found && fieldDoc(found, checker)) || fieldDoc(field, checker);
}

function valueOf(environment: Environment, field: string): unknown {
  return Object.entries(environment).find(([name]) => name === field)?.[1];
}

/** An object's fields by their paths; ranges, lists and the rest as one cell. */
function flat(path: string, value: unknown): Map<string, string> {
  if (value === undefined) return new Map();
  if (Array.isArray(value)) return new Map([[path, value.map((one) => code(String(one))).join(', ') || 'none']]);
  if (typeof value !== 'object' || value === null) return new Map([[path, cell(value)]]);
  if ('from' in value && 'to' in value) return new Map([[path, `${value.from}–${value.to}`]]);
  return new Map(Object.entries(value).flatMap(([name, inner]) => [...flat(`${path}.${name}`, inner)]));
}

function cell(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? String(value) : code(String(value));
}
