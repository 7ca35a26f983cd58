/** What a server's agent lists (`operation_previews`), a line for each thing. */
import type { OnServer } from './found.ts';

/** @throws Error for a line that the agent does not write */
export function parseServerList(server: string, text: string): OnServer[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseLine(server, line));
}

/** Kind, name, seconds since 1970, owner and what else the kind has. */
const form = /^(\S+) (\S+) (\d+|-) (\S+)(.*)$/;

function parseLine(server: string, line: string): OnServer {
  const [, kind, name = '', seconds = '', owner = '', rest = ''] = form.exec(line) ?? [];
  const more = rest.split(' ').filter((word) => word !== '');
  const common = { server, name, ...(seconds !== '-' && { at: Number(seconds) * 1000 }) };
  switch (kind) {
    case 'workload':
    case 'folder':
    case 'units':
    case 'network':
      return { ...common, kind, ...(owner !== '-' && { owner }) };
    case 'pod':
    case 'container':
    case 'volume':
    case 'certificate':
      return { ...common, kind };
    case 'site':
      return { ...common, kind, addresses: more };
    case 'lease':
      return { ...common, kind, owner, port: Number(more[0]) };
    default:
      throw new Error(`server ${server} lists what nobody knows: '${line}'`);
  }
}
