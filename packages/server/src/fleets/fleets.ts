/** The fleets of the installation as this server runs them: all that there are, and new ones as they are made. */
import { wallClock } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { migrateOne } from '../db/migrate.ts';
import { Batch } from '../ingest/batch.ts';
import type { FleetDirectory, FleetSide } from './fleet-side.ts';
import { FIRST_FLEET } from './names.ts';
import { type FleetRow, FleetRuntime, type RuntimeParts } from './runtime.ts';

/** Real milliseconds. */
const LOOK = 15_000;
const AGAIN = 2_000;

export class Fleets implements FleetDirectory {
  readonly #parts: RuntimeParts;
  readonly #first: FleetRuntime;
  readonly #open = new Map<string, FleetRuntime>();
  /**
   * However many ask, one reading is under way and the others wait for the next: names that do not exist cost the
   * database next to nothing, and whoever asks is told what was true after they asked.
   */
  readonly #lookUps = new Batch<string, FleetSide | undefined>({
    limit: 10_000,
    waiting: Number.POSITIVE_INFINITY,
    run: async (names) => {
      await this.#readNow();
      return names.map((name) => this.#open.get(name));
    },
    isOfAnItem: () => false,
  });
  /** Fleet → when it could not be opened, real time. */
  readonly #failed = new Map<string, number>();
  readonly #wall = wallClock();
  readonly #stopping = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #runs: 'nothing' | 'devices' | 'jobs' = 'nothing';
  #closed = false;

  private constructor(parts: RuntimeParts, first: FleetRuntime) {
    this.#parts = parts;
    this.#first = first;
    this.#open.set(FIRST_FLEET, first);
  }

  /** @throws Error when one of the fleets cannot be opened; nothing is left open then */
  static async open(parts: RuntimeParts): Promise<Fleets> {
    const row = { fleet: FIRST_FLEET, organisation: 'main', tables: 'public' };
    const fleets = new Fleets(parts, await FleetRuntime.open(row, parts));
    try {
      for (const other of await fleets.#others()) await fleets.#add(other);
    } catch (cause) {
      await fleets.close();
      throw cause;
    }
    parts.feeds.onFleets(() => void fleets.#lookUps.add('').catch(() => undefined));
    return fleets;
  }

  get first(): FleetSide {
    return this.#first;
  }

  find(fleet: string): FleetSide | undefined | Promise<FleetSide | undefined> {
    return this.#open.get(fleet) ?? this.#lookUps.add(fleet);
  }

  /** From now on devices are swept, also those of fleets that come later. */
  runDevices(): void {
    this.#runs = 'devices';
    for (const fleet of this.#open.values()) fleet.runDevices();
  }

  runJobs(): void {
    this.#runs = 'jobs';
    for (const fleet of this.#open.values()) fleet.runJobs();
    this.#looking = this.#lookNowAndThen();
  }

  /** No fleet is opened any more. */
  async stopJobs(): Promise<void> {
    this.#closed = true;
    this.#stopping.abort();
    await this.#looking;
    await this.#lookUps.settled();
    await this.#all((fleet) => fleet.stopJobs());
  }

  stopDevices(): Promise<void> {
    return this.#all((fleet) => fleet.stopDevices());
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#all((fleet) => fleet.close());
  }

  async #all(act: (fleet: FleetRuntime) => Promise<void>): Promise<void> {
    await Promise.all([...this.#open.values()].map(act));
  }

  /** A fleet of which no word came, or that could not be opened at first. */
  async #lookNowAndThen(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#wall.sleep(LOOK, this.#stopping.signal).catch(() => undefined);
      await this.#lookUps.add('').catch((err: unknown) => {
        this.#parts.log.error({ err }, 'the fleets could not be read; tried again');
      });
    }
  }

  async #readNow(): Promise<void> {
    if (this.#closed) return;
    for (const row of await this.#others()) {
      if (this.#closed) return;
      if (this.#open.has(row.fleet) || this.#hasJustFailed(row.fleet)) continue;
      await this.#add(row).catch((err: unknown) => {
        this.#failed.set(row.fleet, this.#wall.now());
        this.#parts.log.error({ err, fleet: row.fleet }, 'a fleet could not be opened; tried again');
      });
    }
  }

  /** However often it is asked for meanwhile. */
  #hasJustFailed(fleet: string): boolean {
    return this.#wall.now() - (this.#failed.get(fleet) ?? -Infinity) < AGAIN;
  }

  #others(): Promise<FleetRow[]> {
    return rowsOf(this.#first.context.db);
  }

  async #add(row: FleetRow): Promise<void> {
    // It may have been made by a server that is older than this one.
    await migrateOne(this.#first.context.pool, row.tables);
    const fleet = await FleetRuntime.open(row, this.#parts);
    this.#open.set(row.fleet, fleet);
    if (this.#runs !== 'nothing') fleet.runDevices();
    if (this.#runs === 'jobs') fleet.runJobs();
  }
}

function rowsOf(db: Kysely<Database>): Promise<FleetRow[]> {
  return db
    .selectFrom('installation.fleets')
    .select(['fleet', 'organisation', 'tables'])
    .where('fleet', '<>', FIRST_FLEET)
    .orderBy('created_at')
    .orderBy('fleet')
    .execute();
}
