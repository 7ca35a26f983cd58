/** GitHub's own troubles in its own words. */
import { Faults } from '../faults.ts';
import { type Api, prefix } from './api.ts';

const limit =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to ' +
  'GitHub Support for help, please include the request ID';
const limitsPage =
  'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits';

export const githubFaults = (): Faults<Api> =>
  new Faults<Api>({
    prefix,
    limited: (c, status) =>
      c.json({ message: `${limit} ${c.var.request}.`, documentation_url: limitsPage, status: String(status) }, status),
    // The machines before the API answer in HTML.
    broken: (c, status) =>
      status === 502 || status === 504
        ? c.html('<html><title>Unicorn!</title></html>', status)
        : c.json({ message: 'Server Error' }, status),
  });
