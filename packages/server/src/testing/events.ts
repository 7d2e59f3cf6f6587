/** What a reader of the fleet's stream hears. */
import { type FleetChange, fleetChangeSchema } from '@tuesday/protocol';

export interface Heard {
  /** The number to go on from; absent on what has none. */
  readonly id: number | undefined;
  readonly change: FleetChange;
}

export interface Hearing {
  /** Everything so far, in order. */
  readonly heard: readonly Heard[];
  /** Resolves with the first one that fits, heard already or still to come. */
  until(fits: (heard: Heard) => boolean): Promise<Heard>;
  /** Resolves when the stream is over, whoever ended it. */
  readonly over: Promise<void>;
  /** Like a phone in a tunnel. */
  cut(): Promise<void>;
}

/**
 * @param credentials headers that say who asks
 * @param after       sent as `Last-Event-ID`
 */
export async function hearFleet(
  base: string,
  credentials: Readonly<Record<string, string>>,
  after?: number | string,
): Promise<Hearing> {
  const cutting = new AbortController();
  const headers = { ...credentials, ...(after === undefined ? {} : { 'last-event-id': String(after) }) };
  const response = await fetch(`${base}/v1/fleet/live`, { headers, signal: cutting.signal });
  if (!response.ok || !response.body) throw new Error(`the stream was answered with ${response.status}`);
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of waiting) each();
  };
  let ended = false;
  const over = read(response.body, (one) => {
    heard.push(one);
    wake();
  }).finally(() => {
    ended = true;
    wake();
  });
  return {
    heard,
    over,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = heard.find(fits);
          if (!found && !ended) return;
          waiting.delete(look);
          if (found) resolve(found);
          else reject(new Error('the stream ended before that was heard'));
        };
        waiting.add(look);
        look();
      }),
    async cut() {
      cutting.abort();
      await over;
    },
  };
}

async function read(body: ReadableStream<Uint8Array>, hear: (heard: Heard) => void): Promise<void> {
  let text = '';
  try {
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      const events = (text + part).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        const id = /^id: (\d+)$/m.exec(event)?.[1];
        if (data === undefined || event.startsWith('event: beat')) continue;
        hear({
          id: id === undefined ? undefined : Number(id),
          change: fleetChangeSchema.parse(JSON.parse(data)),
        });
      }
    }
  } catch {
    // Cut, by us or by a server that went away.
  }
}
