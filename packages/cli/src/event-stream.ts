/** Reads server-sent events of a route, and takes a stream up again that broke. */
import type { Clock, RouteName, RouteParams, RouteQuery } from '@tuesday/protocol';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { say } from './output.ts';
import { clientOf, reach, type Session } from './session.ts';

/** Real milliseconds between attempts after the stream broke. */
const RETRY = [500, 1_000, 2_000, 4_000, 8_000];

interface Asked<N extends RouteName> {
  readonly params?: RouteParams<N>;
  readonly query?: RouteQuery<N>;
}

interface Heard {
  readonly id: string | undefined;
  readonly data: unknown;
}

/**
 * Goes on after the last event that was heard; five failures in a row end it.
 *
 * @param hear `done` ends it
 * @param no   asks the plain route that refuses for the same reason, in the server's words
 */
export async function followEvents<N extends RouteName>(
  session: Session,
  [name, asked]: readonly [N, Asked<N>],
  hear: (data: unknown, id: string | undefined) => 'done' | 'more',
  no: () => Promise<unknown>,
  clock: Clock,
): Promise<void> {
  let last: string | undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const { id, data } of eventsOf(session, name, asked, last, no)) {
        attempt = 0;
        last = id ?? last;
        if (hear(data, id) === 'done') return;
      }
    } catch (error) {
      if (RETRY[attempt] === undefined || !isBroken(error)) throw error;
    }
    const pause = RETRY[attempt];
    if (pause === undefined) throw new Error('the stream ends again and again');
    say('the stream ended; connecting again');
    await clock.sleep(pause);
  }
}

/** What the network did, as opposed to what the server said. */
function isBroken(error: unknown): boolean {
  return (
    error instanceof TypeError || (error instanceof Error && error.message.endsWith('cannot be reached'))
  );
}

async function* eventsOf<N extends RouteName>(
  session: Session,
  name: N,
  asked: Asked<N>,
  last: string | undefined,
  no: () => Promise<unknown>,
): AsyncGenerator<Heard> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${session.token}`,
    accept: 'text/event-stream',
  };
  if (last !== undefined) headers['last-event-id'] = last;
  const response = await reach(clientOf(session).url(name, asked), { headers });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    await no();
    throw new Error(`the server answered ${response.status}`);
  }
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { id, event, data } of events)
    if (event === undefined) yield { id, data: parseJson(data) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
