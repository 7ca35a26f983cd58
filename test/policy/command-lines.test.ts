import { describe, expect, test } from 'vitest';
import { publicSecret } from '../../policy/rules/public-secret.ts';
import { commandLine } from '../../stacks/unit-file.ts';
import { said, workload } from './subject.ts';

const secret = 'correct "horse" 100% $battery\\staple';
const rule = publicSecret([{ path: 'codeb:variables.shop.API_KEY', value: secret }]);
const saidOf = (...lines: string[]) =>
  said(rule, { inputs: workload({ units: { 'shop-app.container': ['[Container]', ...lines, ''].join('\n') } }) });
const says = (key: string, found: string) =>
  `codeb:index:Workload 'shop': units.shop-app.container: ${key}: found ${found}, expected a value that everybody may read`;
const ours = "the stack's secret codeb:variables.shop.API_KEY";

describe('S3.3: nobody can read a secret in the list of processes', () => {
  test.each(['Exec', 'Entrypoint', 'HealthCmd', 'PodmanArgs', 'ExecStartPre'])('a unit’s %s', (key) => {
    expect(saidOf(`${key}=${commandLine(['serve', `--key=${secret}`])}`)).toEqual([says(key, ours)]);
    expect(saidOf(`${key}=${commandLine(['serve', '--port=3000', '100%'])}`)).toEqual([]);
  });

  test('on a line that goes on below', () => {
    expect(saidOf('Exec=serve \\', `  ${commandLine([secret])}`)).toEqual([says('Exec', ours)]);
  });

  test('a reference to what the server keeps, and a key that is known by its form', () => {
    expect(saidOf('Exec=serve {{secret API_KEY}}')).toEqual([says('Exec', 'a reference to a secret of the server')]);
    expect(saidOf(`Exec=serve ghp_${'a'.repeat(36)}`)).toEqual([says('Exec', 'a token of GitHub')]);
  });

  test('a variable that the process itself reads is no secret', () => {
    expect(saidOf('EnvironmentFile=/a/app.secrets.env', 'Exec=sh -c "serve \\"$$API_KEY\\""')).toEqual([]);
  });
});
