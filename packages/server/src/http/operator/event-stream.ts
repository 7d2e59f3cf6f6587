/** One answer that does not end by itself: server-sent events, and a beat in between. */
import { wallClock } from '@tuesday/protocol';
import type { FastifyReply } from 'fastify';

/** Real milliseconds. A reader who hears no beat for a while knows that the line is dead. */
const HEARTBEAT = 10_000;
const BEAT = 'event: beat\ndata: {}\n\n';

export interface EventStream {
  /** Whoever reads does not keep up: what is sent now would only wait in memory. */
  readonly isFull: boolean;
  /** @param text of one event, without the blank line at its end */
  send(text: string): void;
  /** Resolves when the reader has gone, the server closes, or it was open for `longest` real milliseconds. */
  hold(longest?: number): Promise<void>;
}

/** @param closing the server stops */
export function openEventStream(reply: FastifyReply, closing: AbortSignal): EventStream {
  const ended = new AbortController();
  const response = reply.hijack().raw;
  const end = () => ended.abort();
  response.on('close', end);
  closing.addEventListener('abort', end);
  if (closing.aborted) end();
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    // A server that stops waits for nobody who only kept the line.
    connection: 'close',
  });
  response.write(': tuesday\n\n');
  return {
    get isFull() {
      return response.writableNeedDrain || response.destroyed;
    },
    send: (text) => void response.write(`${text}\n\n`),
    async hold(longest = Number.POSITIVE_INFINITY) {
      const wall = wallClock();
      const until = wall.now() + longest;
      while (!ended.signal.aborted && wall.now() < until) {
        await wall.sleep(Math.min(HEARTBEAT, until - wall.now()), ended.signal).catch(() => undefined);
        if (!ended.signal.aborted && !response.writableNeedDrain) response.write(BEAT);
      }
      closing.removeEventListener('abort', end);
      response.end();
    },
  };
}
