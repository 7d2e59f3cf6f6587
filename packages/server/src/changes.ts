/** Hears, over one connection, what any server on this database changed. */
import { Client } from 'pg';
import { type Clock, wallClock } from '@tuesday/protocol';
import { type Change, CHANNEL, type Log } from './context.ts';
import { REPORTS_CHANNEL } from './ingest/elsewhere.ts';

export interface ChangeFeed {
  listen(hear: (change: Change) => void): () => void;
  close(): Promise<void>;
}

const RETRY_MILLIS = 500;

/**
 * @param onReports hears which devices were written about, as `ingest/elsewhere.ts` packs it
 * @param onState hears whether changes are being heard; while they are not, nothing kept in memory is sure
 */
export async function openChangeFeed(
  url: string,
  log: Log,
  onState: (listening: boolean) => void,
  onReports: (payload: string) => void,
): Promise<ChangeFeed> {
  const listeners = new Set<(change: Change) => void>();
  const stopping = new AbortController();
  const clock = wallClock();
  let client = await connect(url, deliver, onReports);
  onState(true);
  const loop = keepConnected();
  return {
    listen(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    async close() {
      stopping.abort();
      await client.end();
      await loop;
    },
  };

  function deliver(change: Change): void {
    for (const hear of listeners) hear(change);
  }

  async function keepConnected(): Promise<void> {
    for (;;) {
      await client.lost;
      onState(false);
      if (stopping.signal.aborted) return;
      log.warn({}, 'the change feed is lost; connecting again');
      client = await reconnect();
      onState(true);
      // Whatever was missed.
      deliver({ kind: 'offers' });
    }
  }

  async function reconnect(): ReturnType<typeof connect> {
    for (;;) {
      try {
        return await connect(url, deliver, onReports);
      } catch (error) {
        if (stopping.signal.aborted) throw error;
        await pause(clock, stopping.signal);
      }
    }
  }
}

interface Listening {
  readonly lost: Promise<void>;
  end(): Promise<void>;
}

async function connect(
  url: string,
  deliver: (change: Change) => void,
  onReports: (payload: string) => void,
): Promise<Listening> {
  const client = new Client({ connectionString: url, application_name: 'tuesday changes', keepAlive: true });
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  client.on('notification', ({ channel, payload }) => {
    if (channel === REPORTS_CHANNEL) return onReports(payload ?? '');
    const change = parseChange(payload ?? '');
    if (change) deliver(change);
  });
  await client.connect();
  await client.query(`LISTEN ${CHANNEL}; LISTEN ${REPORTS_CHANNEL}`);
  return { lost, end: () => client.end() };
}

function parseChange(text: string): Change | undefined {
  try {
    const change = JSON.parse(text) as { kind?: unknown; rollout?: unknown };
    if (change.kind === 'rollout' && typeof change.rollout === 'string')
      return { kind: 'rollout', rollout: change.rollout };
  } catch {
    // Not ours, or from a newer server: something changed is all that is known.
  }
  return { kind: 'offers' };
}

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  await clock.sleep(RETRY_MILLIS, signal).catch(() => undefined);
}
