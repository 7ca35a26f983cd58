import { z } from 'zod';
import type { GithubClient } from './client.ts';

const repository = z.object({ id: z.int() });

/** @throws GithubError where there is no repository of that name. */
export async function repositoryId(github: GithubClient, name: string): Promise<number> {
  return repository.parse((await github.request('GET', github.repository(name))).body).id;
}
