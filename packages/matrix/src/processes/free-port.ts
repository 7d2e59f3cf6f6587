import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that the system gives to outgoing connections (Linux: from 32768): between choosing a port and
 * listening on it, or while a broker is restarted, nobody else is given it.
 */
const [FIRST, LAST] = [10_240, 32_000];
const TRIES = 200;
/** Another runner on this machine begins elsewhere. */
let next = randomInt(FIRST, LAST);

/**
 * A port of the loopback address that nobody listens on at the moment, and that this process is given once.
 *
 * @throws Error when there is none
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    next = next >= LAST ? FIRST : next + 1;
    const port = next;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
