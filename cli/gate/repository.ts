/** A hosted project's repository as the gate asks it: the commit in question and what has run for it, each once. */
import { z } from 'zod';
import type { GithubRest } from '../preview-comment/github-rest.ts';
import { type Check, checksOf } from './checks.ts';

/** Source: https://docs.github.com/en/rest/branches/branches#get-a-branch */
const branch = z.object({ commit: z.object({ sha: z.string() }) });

export class Repository {
  readonly github: GithubRest;
  /** `owner/name`. */
  readonly name: string;
  readonly branch: string;
  #commit: Promise<string> | undefined;
  #checks: Promise<Check[]> | undefined;

  /** @param commit a whole SHA-1; the tip of the branch where none is given */
  constructor(github: GithubRest, { name, branch, commit }: { name: string; branch: string; commit?: string }) {
    this.github = github;
    this.name = name;
    this.branch = branch;
    this.#commit = commit === undefined ? undefined : Promise.resolve(commit);
  }

  commit(): Promise<string> {
    this.#commit ??= this.#tip();
    return this.#commit;
  }

  checks(): Promise<Check[]> {
    this.#checks ??= this.commit().then((commit) => checksOf(this.github, this.name, commit));
    return this.#checks;
  }

  async #tip(): Promise<string> {
    const { body } = await this.github.request(
      'GET',
      `/repos/${this.name}/branches/${encodeURIComponent(this.branch)}`,
    );
    return branch.parse(body).commit.sha;
  }
}
