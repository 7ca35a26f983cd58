/** Cloudflare's own troubles in its own words. */
import { type Api, prefix } from './api.ts';
import { Faults } from '../faults.ts';
import { Refusal, refuse } from './envelope.ts';

export const cloudflareFaults = (): Faults<Api> =>
  new Faults<Api>({
    prefix,
    limited: (c) => refuse(c, new Refusal(429, 971, 'Please wait and consider throttling your request speed')),
    // The machines before the API answer in plain text.
    broken: (_c, status) => new Response(`error code: ${status}`, { status }),
  });
