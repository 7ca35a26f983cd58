import { expect, test } from 'vitest';
import { waitFor } from '../../sandbox/wait.ts';

test('asks until there is an answer, through errors', async () => {
  const answers = [undefined, new Error('not yet'), 'here'];
  const ask = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  expect(await waitFor('it', 5_000, ask)).toBe('here');
});

test('after the deadline it names what it waited for, with the last error as the cause', async () => {
  const refused = new Error('refused');
  const waited = waitFor('the port', 0, () => Promise.reject(refused));
  await expect(waited).rejects.toMatchObject({ message: 'the port: not within 0 s', cause: refused });
});
