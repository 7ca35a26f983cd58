/** `node main.ts <host> <port> <milliseconds from end to end>`: prints the port on 127.0.0.1 that leads there, late. */
import { delayingProxy } from './proxy.ts';

const [host = '', port = '', delay = ''] = process.argv.slice(2);
const server = delayingProxy({ host, port: Number(port) }, Number(delay));
server.listen({ host: '127.0.0.1', port: 0 }, () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(address.port);
});
// Whoever started it holds the other end for as long as it lives.
process.stdin.resume().once('end', () => process.exit());
