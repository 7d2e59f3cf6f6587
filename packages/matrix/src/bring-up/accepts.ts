/** When a broker can be talked to: not before it accepts a connection. */
import { connect } from 'node:net';
import { wallClock } from '@tuesday/protocol/clock';

const clock = wallClock();
const BETWEEN_MILLIS = 25;

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/** @throws the signal's reason when it is aborted first */
export async function untilAccepts(host: string, port: number, signal: AbortSignal): Promise<void> {
  while (!(await accepts(host, port))) await clock.sleep(BETWEEN_MILLIS, signal);
  signal.throwIfAborted();
}
