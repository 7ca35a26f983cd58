/** A TCP proxy that answers as late as a distant server does. Order and throughput stay as they are. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Bytes under way in one direction before the sender has to wait. */
const window = 64 * 1024 * 1024;

/**
 * @param delay milliseconds from one end to the other; a round trip takes twice as long, and so does TCP's handshake,
 * which a proxy on loopback would otherwise give away
 */
export function delayingProxy(target: Target, delay: number): Server {
  return createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const accepted = performance.now();
    const server = connect({ ...target, noDelay: true, allowHalfOpen: true });
    for (const socket of [client, server]) {
      socket.on('error', () => {
        client.destroy();
        server.destroy();
      });
    }
    // The client may write when the SYN-ACK is back; the server sees the connection with the ACK after that.
    relay(client, server, { delay, from: accepted + 2 * delay });
    relay(server, client, { delay, from: accepted + 3 * delay });
  });
}

type Parcel = { readonly due: number; readonly chunk: Buffer | 'end' };

/** Hands over each chunk `delay` milliseconds after it left, which none does before `from`, of the monotonic clock. */
function relay(source: Socket, sink: Socket, { delay, from }: { delay: number; from: number }): void {
  const underway: Parcel[] = [];
  let bytes = 0;
  let isTimed = false;

  const deliver = (): void => {
    isTimed = false;
    for (let first = underway[0]; first !== undefined; first = underway[0]) {
      const early = first.due - performance.now();
      if (early > 0) {
        deliverIn(early);
        return;
      }
      underway.shift();
      if (first.chunk === 'end') sink.end();
      else {
        bytes -= first.chunk.length;
        sink.write(first.chunk);
      }
    }
    source.resume();
  };
  const deliverIn = (milliseconds: number): void => {
    isTimed = true;
    setTimeout(deliver, milliseconds);
  };
  const send = (chunk: Buffer | 'end'): void => {
    underway.push({ due: Math.max(performance.now(), from) + delay, chunk });
    if (chunk !== 'end') bytes += chunk.length;
    if (bytes > window) source.pause();
    if (!isTimed) deliverIn(delay);
  };
  source.on('data', send);
  source.on('end', () => send('end'));
}
