/** One fleet as it runs on this server: its connections, its device side, its jobs. */
import { announcementSchema, topics } from '@tuesday/protocol';
import type { ChangeFeeds } from '../changes.ts';
import type { Config } from '../config.ts';
import type { Context, Log } from '../context.ts';
import { FIRST_TABLES, openDatabase, type OpenDatabase } from '../db/pool.ts';
import { assembleDeviceSide, type DeviceSide } from '../ingest/assembly.ts';
import { type Jobs, runJobs } from '../rollouts/jobs.ts';
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
  #jobs: Jobs | undefined;

  private constructor(database: OpenDatabase, devices: DeviceSide, context: Context) {
    this.#database = database;
    this.#devices = devices;
    this.context = context;
  }

  /** @throws Error when the database cannot be reached; nothing is left open then */
  static async open(row: FleetRow, parts: RuntimeParts): Promise<FleetRuntime> {
    const { url, config, log, random, feeds } = parts;
    const connections = row.tables === FIRST_TABLES ? CONNECTIONS.first : CONNECTIONS.other;
    const database = openDatabase(url, connections, row.tables);
    const devices = assembleDeviceSide(database.pool, config.clock, config, row.fleet);
    try {
      const feed = await feeds.open(row.tables, {
        onState: (listening) => (devices.memory.listening = listening),
        onReports: (payload) => devices.hearReports(payload),
      });
      feed.listen(() => devices.memory.forgetAnswers());
      return new FleetRuntime(database, devices, {
        organisation: row.organisation,
        fleet: row.fleet,
        db: database.db,
        pool: database.pool,
        clock: config.clock,
        random,
        config,
        log,
        changes: feed,
        progress: devices.progress,
        announce: (withinMillis) => parts.announce(announcementsOf(row.fleet), wordsOf(withinMillis)),
      });
    } catch (cause) {
      await database.close();
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

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** Where the devices of a fleet listen. */
export function announcementsOf(fleet: string): string {
  return fleet === FIRST_FLEET ? topics.announcements : topics.announcementsOf(fleet);
}

function wordsOf(withinMillis: number): string {
  return JSON.stringify(announcementSchema.parse({ checkInWithinSeconds: Math.ceil(withinMillis / 1_000) }));
}
