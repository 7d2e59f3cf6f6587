/** One fleet as it runs on this server: its connections, its device side, its jobs. */
import { join } from 'node:path';
import { announcementSchema, topics } from '@tuesday/protocol';
import { sql } from 'kysely';
import type { ChangeFeeds } from '../changes.ts';
import type { Config } from '../config.ts';
import type { Context, Log } from '../context.ts';
import { FIRST_TABLES, openDatabase, type OpenDatabase, openUrgent } from '../db/pool.ts';
import { assembleDeviceSide, type DeviceSide } from '../ingest/assembly.ts';
import { type Jobs, runJobs } from '../rollouts/jobs.ts';
import { StopBoard } from '../rollouts/stop-board.ts';
import type { FleetSide } from './fleet-side.ts';
import { FIRST_FLEET } from './names.ts';

/** A row of `installation.fleets`. */
export interface FleetRow {
  readonly fleet: string;
  readonly organisation: string;
  readonly tables: string;
}

export interface RuntimeParts {
  readonly url: string;
  readonly config: Config;
  readonly log: Log;
  readonly random: () => number;
  readonly feeds: ChangeFeeds;
  /** Publishes JSON text on an announcement topic. */
  readonly announce: (topic: string, text: string) => Promise<void>;
}

/** Most connections of a fleet; they are opened when they are needed, and closed when they are not. */
const CONNECTIONS = { first: 10, other: 4 };

export class FleetRuntime implements FleetSide {
  readonly context: Context;
  readonly #devices: DeviceSide;
  readonly #database: OpenDatabase;
  readonly #urgent: Pick<OpenDatabase, 'close'>;
  #jobs: Jobs | undefined;

  private constructor(
    database: OpenDatabase,
    urgent: Pick<OpenDatabase, 'close'>,
    devices: DeviceSide,
    context: Context,
  ) {
    this.#database = database;
    this.#urgent = urgent;
    this.#devices = devices;
    this.context = context;
  }

  /** @throws Error when the database cannot be reached; nothing is left open then */
  static async open(row: FleetRow, parts: RuntimeParts): Promise<FleetRuntime> {
    const { url, config, log, random, feeds } = parts;
    const connections = row.tables === FIRST_TABLES ? CONNECTIONS.first : CONNECTIONS.other;
    const database = openDatabase(url, connections, row.tables);
    const urgent = openUrgent(url, row.tables);
    const stops = openStops(row.fleet, parts);
    const devices = assembleDeviceSide(database.pool, config.clock, config, row.fleet, stops);
    try {
      // Open before it is needed: a connection that has to be made may not be had when it counts.
      await sql`SELECT 1`.execute(urgent.db);
      const feed = await feeds.open(row.tables, {
        onState: (listening) => (devices.memory.listening = listening),
        onReports: (payload) => devices.hearReports(payload),
      });
      feed.listen(({ kind }) => {
        if (kind !== 'tickets') devices.memory.forgetAnswers();
      });
      return new FleetRuntime(database, urgent, devices, {
        organisation: row.organisation,
        fleet: row.fleet,
        db: database.db,
        pool: database.pool,
        urgent: urgent.db,
        stops,
        clock: config.clock,
        random,
        config,
        log,
        changes: feed,
        reports: { listen: (hear) => feed.listenReports(hear) },
        progress: devices.progress,
        announce: (withinMillis) => parts.announce(announcementsOf(row.fleet), wordsOf(withinMillis)),
      });
    } catch (cause) {
      await Promise.all([database.close(), urgent.close(), stops.close()]);
      throw cause;
    }
  }

  get authenticate() {
    return this.#devices.authenticate;
  }

  get door() {
    return this.#devices.door;
  }

  runDevices(): void {
    this.#devices.run(this.context.log);
  }

  runJobs(): void {
    this.#jobs ??= runJobs(this.context);
  }

  async stopJobs(): Promise<void> {
    await this.#jobs?.stop();
  }

  /** Resolves when everything that was taken in is written. */
  stopDevices(): Promise<void> {
    return this.#devices.stop();
  }

  async close(): Promise<void> {
    await Promise.all([this.#database.close(), this.#urgent.close(), this.context.stops.close()]);
  }
}

/** Halts that the database may not know yet, kept in a file of this fleet. */
function openStops(fleet: string, { config, log }: RuntimeParts): StopBoard {
  const name = fleet === FIRST_FLEET ? 'halts.jsonl' : `halts-${fleet}.jsonl`;
  const stops = StopBoard.open(join(config.dataFolder, name));
  if (stops.damagedLines > 0)
    log.warn(
      { name, lines: stops.damagedLines },
      'a file of halts has lines that cannot be read; they were left out',
    );
  return stops;
}

/** Where the devices of a fleet listen. */
export function announcementsOf(fleet: string): string {
  return fleet === FIRST_FLEET ? topics.announcements : topics.announcementsOf(fleet);
}

function wordsOf(withinMillis: number): string {
  return JSON.stringify(announcementSchema.parse({ checkInWithinSeconds: Math.ceil(withinMillis / 1_000) }));
}
