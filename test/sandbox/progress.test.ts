import { expect, test } from 'vitest';
import { terminalProgress } from '../../sandbox/progress.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 80, written, write: (text: string) => written.push(text) };
}

const timeless = (written: string[]) => written.join('').replace(/\d+\.\d s/g, '0.0 s');
const green = '\x1b[32m';

test('in a log: plain lines, one when a step begins and one when it ends', async () => {
  const out = terminal(false);
  const progress = terminalProgress(out, {});
  await progress.step('boot', async (say) => {
    say('systemd');
    progress.line('    hello');
  });
  await expect(
    progress.step('fail', async () => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(timeless(out.written)).toBe('... boot\n    hello\nok  boot (0.0 s)\n... fail\nfailed fail (0.0 s)\n');
});

test.each([
  { env: {}, coloured: true },
  { env: { NO_COLOR: '1' }, coloured: false },
  { env: { NO_COLOR: '' }, coloured: true },
])('on a terminal with $env: colour is $coloured', async ({ env, coloured }) => {
  const out = terminal(true);
  await terminalProgress(out, env).step('boot', async () => {});
  expect(out.written.at(-1)?.includes(green)).toBe(coloured);
  expect(out.written.at(-1)).toContain('boot');
});
