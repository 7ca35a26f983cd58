/** Whether an incident is open. Source: PaintShare's operations plan, 2.3 and 4.2: P1 is what is answered at once. */
import { z } from 'zod';
import type { GithubRest } from '../preview-comment/github-rest.ts';
import { go, type Judgement, noGo } from './judgement.ts';

/** Of an issue that is an incident. */
const label = 'P1';

/** A pull request is an issue, too, and tells so. Source: https://docs.github.com/en/rest/issues/issues */
const issues = z.array(
  z.object({
    number: z.int(),
    title: z.string(),
    created_at: z.iso.datetime(),
    html_url: z.string(),
    pull_request: z.unknown().optional(),
  }),
);

/** @param now milliseconds */
export async function judgeIncidents(github: GithubRest, repository: string, now: number): Promise<Judgement> {
  const all = await github.list(`/repos/${repository}/issues`, issues, { labels: label, state: 'open' });
  const incidents = all.filter(({ pull_request }) => pull_request === undefined);
  if (incidents.length === 0) return go(`no open issue has the label ${label}`);
  return noGo(
    ...incidents.map(
      ({ number, title, created_at, html_url }) =>
        `#${number} '${title}' is open for ${ageOf(now - Date.parse(created_at))}: ${html_url}`,
    ),
  );
}

/** The largest unit that has two of it, so that it is never far off. */
function ageOf(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2 * 24 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} days`;
}
