/** Hears, over one connection, what any server on this database changed, in whichever fleet. */
import { Client } from 'pg';
import { wallClock } from '@tuesday/protocol';
import type { Change, Log } from './context.ts';
import { channelsOf, FLEETS_CHANNEL } from './fleets/names.ts';

/** One fleet's part of it. */
export interface ChangeFeed {
  /** @returns stops listening */
  listen(hear: (change: Change) => void): () => void;
  /** Hears that devices were written about. @returns stops listening */
  listenReports(hear: () => void): () => void;
}

export interface FleetHearing {
  /** Whether changes are being heard; while they are not, nothing kept in memory is sure. */
  onState(listening: boolean): void;
  /** Which devices were written about, as `ingest/elsewhere.ts` packs it. */
  onReports(payload: string): void;
}

export interface ChangeFeeds {
  /** Resolves when this fleet is heard. @param tables its schema */
  open(tables: string, hearing: FleetHearing): Promise<ChangeFeed>;
  /** Hears that a fleet was made, or may have been while nothing could be heard. */
  onFleets(hear: () => void): void;
  close(): Promise<void>;
}

const RETRY_MILLIS = 500;

/** @throws Error when the database cannot be reached; once connected it is reconnected to for ever */
export async function openChangeFeeds(url: string, log: Log): Promise<ChangeFeeds> {
  const fleets = new Map<string, HeardFleet>();
  const hearFleets = new Set<() => void>();
  const stopping = new AbortController();
  const clock = wallClock();
  let client = await connect(url, [], deliver);
  const loop = keepConnected();
  return {
    async open(tables, hearing) {
      const fleet = new HeardFleet(tables, hearing);
      fleets.set(tables, fleet);
      await client.listen(fleet.channels).catch((error: unknown) => {
        // A connection that is lost is made anew, and that one listens to this fleet, too.
        if (stopping.signal.aborted) throw error;
      });
      if (client.isUp()) fleet.setListening(true);
      return {
        listen: (hear) => fleet.listen(hear),
        listenReports: (hear) => fleet.listenReports(hear),
      };
    },
    onFleets: (hear) => void hearFleets.add(hear),
    async close() {
      stopping.abort();
      await client.end();
      await loop;
    },
  };

  function deliver(channel: string, payload: string): void {
    if (channel === FLEETS_CHANNEL) for (const hear of hearFleets) hear();
    for (const fleet of fleets.values()) fleet.deliver(channel, payload);
  }

  async function keepConnected(): Promise<void> {
    for (;;) {
      await client.lost;
      for (const fleet of fleets.values()) fleet.setListening(false);
      if (stopping.signal.aborted) return;
      log.warn({}, 'the change feed is lost; connecting again');
      const next = await reconnect();
      if (!next) return;
      client = next;
      // Whatever was missed.
      for (const fleet of fleets.values()) fleet.catchUp();
      for (const hear of hearFleets) hear();
    }
  }

  async function reconnect(): Promise<Listening | undefined> {
    while (!stopping.signal.aborted) {
      try {
        const heard = [...fleets.values()];
        const next = await connect(url, heard, deliver);
        // One that came while this connected.
        for (const fleet of fleets.values()) if (!heard.includes(fleet)) await next.listen(fleet.channels);
        return next;
      } catch {
        await clock.sleep(RETRY_MILLIS, stopping.signal).catch(() => undefined);
      }
    }
    return undefined;
  }
}

/** What one fleet of this server hears. */
class HeardFleet {
  readonly channels: readonly [changes: string, reports: string];
  readonly #hearing: FleetHearing;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #reportListeners = new Set<() => void>();

  constructor(tables: string, hearing: FleetHearing) {
    const { changes, reports } = channelsOf(tables);
    this.channels = [changes, reports];
    this.#hearing = hearing;
  }

  listen(hear: (change: Change) => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  listenReports(hear: () => void): () => void {
    this.#reportListeners.add(hear);
    return () => this.#reportListeners.delete(hear);
  }

  setListening(on: boolean): void {
    this.#hearing.onState(on);
  }

  deliver(channel: string, payload: string): void {
    if (channel === this.channels[1]) {
      this.#hearing.onReports(payload);
      for (const hear of this.#reportListeners) hear();
    }
    if (channel === this.channels[0]) this.#tell(parseChange(payload));
  }

  catchUp(): void {
    this.setListening(true);
    this.#tell({ kind: 'offers' });
    this.#tell({ kind: 'tickets' });
    for (const hear of this.#reportListeners) hear();
  }

  #tell(change: Change): void {
    for (const hear of this.#listeners) hear(change);
  }
}

interface Listening {
  readonly lost: Promise<void>;
  isUp(): boolean;
  listen(channels: readonly string[]): Promise<void>;
  end(): Promise<void>;
}

async function connect(
  url: string,
  fleets: readonly HeardFleet[],
  deliver: (channel: string, payload: string) => void,
): Promise<Listening> {
  const client = new Client({ connectionString: url, application_name: 'tuesday changes', keepAlive: true });
  let up = true;
  const lost = new Promise<void>((resolve) => {
    const end = () => {
      up = false;
      resolve();
    };
    client.on('error', end);
    client.on('end', end);
  });
  client.on('notification', ({ channel, payload }) => deliver(channel, payload ?? ''));
  const listen = async (channels: readonly string[]) => {
    await client.query(channels.map((channel) => `LISTEN ${client.escapeIdentifier(channel)}`).join('; '));
  };
  await client.connect();
  try {
    await listen([FLEETS_CHANNEL, ...fleets.flatMap(({ channels }) => channels)]);
  } catch (cause) {
    await client.end().catch(() => undefined);
    throw cause;
  }
  return { lost, isUp: () => up, listen, end: () => client.end() };
}

function parseChange(text: string): Change {
  try {
    const change = JSON.parse(text) as { kind?: unknown; rollout?: unknown };
    if (change.kind === 'rollout' && typeof change.rollout === 'string')
      return { kind: 'rollout', rollout: change.rollout };
    if (change.kind === 'tickets') return { kind: 'tickets' };
  } catch {
    // Not ours, or from a newer server: something changed is all that is known.
  }
  return { kind: 'offers' };
}
