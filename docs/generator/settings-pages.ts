/** The pages of the project file and of a stack's settings. */
import { project } from '../../stacks/project.ts';
import { credentials, secretVariables } from '../../stacks/secrets.ts';
import { settings } from '../../stacks/settings.ts';
import { fieldDoc } from './field-doc.ts';
import { code, generatedFrom, table } from './markdown.ts';
import { sectionsText } from './schema-page.ts';
import { namedTypes, schemaSections } from './schemas.ts';
import { exported, type Sources } from './sources.ts';

export function projectFilePage(sources: Sources): string {
  const sections = schemaSections(sources, project, { file: 'stacks/project.ts', constant: 'project' });
  return [
    generatedFrom('stacks/project.ts and what it is made of'),
    '# The project file',
    `A hosted project is a file in \`stacks/projects/\` and a line in \`stacks/projects.ts\`
([add a project](guides/add-a-project.md)). It is parsed before anything else: unknown keys, and all that is wrong, are
refused at once, each with its path. A name in braces stands for any of that kind.`,
    sectionsText(sections),
    '## Types',
    namedTypes(sources),
  ].join('\n\n');
}

export function stackSettingsPage(sources: Sources): string {
  const sections = schemaSections(sources, settings, { file: 'stacks/settings.ts', constant: 'settings' });
  return [
    generatedFrom('stacks/settings.ts and stacks/secrets.ts'),
    "# A stack's settings",
    `They stand in \`Pulumi.{stack}.yaml\` under \`config\`, each field with \`codeb:\` before it
([settings](settings.md) tells how they work together). A name in braces stands for any of that kind.`,
    sectionsText(sections),
    '## Secrets',
    `Set over standard input: \`pulumi config set --path --secret codeb:{path}\`
([variables and secrets](guides/variables-and-secrets.md)).`,
    secretsTable(sources),
    sectionsText(
      [
        ...schemaSections(sources, credentials.valueType, {
          file: 'stacks/secrets.ts',
          constant: 'credentials',
          path: 'credentials.{server}',
          maps: 1,
        }),
        ...schemaSections(sources, secretVariables.valueType.valueType, {
          file: 'stacks/secrets.ts',
          constant: 'secretVariables',
          path: 'variables.{project}.{NAME}',
          maps: 2,
          side: 'output',
        }),
      ],
      3,
    ),
    '## Types',
    namedTypes(sources),
  ].join('\n\n');
}

function secretsTable(sources: Sources): string {
  const { checker } = sources;
  const given = checker.getDeclaredTypeOfSymbol(exported(sources, 'stacks/settings.ts', 'GivenSecrets'));
  const rows = given.getProperties().map((field) => [code(field.name), fieldDoc(field, checker)]);
  return table(['secret', 'meaning'], rows);
}
