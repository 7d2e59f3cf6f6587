/** What every verb of the server is handed: the ways to remember, to tell the time, and to tell others. */
import type { Clock, Progress } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Pool } from 'pg';
import type { Config } from './config.ts';
import type { Database } from './db/schema.ts';
import { OWN_CHANNEL } from './fleets/names.ts';
import type { StopBoard } from './rollouts/stop-board.ts';

/** Something changed that other parts, or other servers on the same database, keep in memory. */
export type Change =
  /** A rollout, a hold or a release changed: what devices may be offered is different now. */
  | { readonly kind: 'offers' }
  | { readonly kind: 'rollout'; readonly rollout: string }
  /** A help desk sent one: nobody's act, so the audit log does not tell of it. */
  | { readonly kind: 'tickets' };

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Context {
  /** Whose fleet this is, and which: `db` and `pool` see this fleet's tables and those of the installation. */
  readonly organisation: string;
  readonly fleet: string;
  readonly db: Kysely<Database>;
  readonly pool: Pool;
  /** The same tables over connections of their own, for what must not wait for a full pool. Gives up soon. */
  readonly urgent: Kysely<Database>;
  /** Halts that hold before the database has them. */
  readonly stops: StopBoard;
  readonly clock: Clock;
  /** 0 inclusive to 1 exclusive, as `Math.random`. */
  readonly random: () => number;
  readonly config: Config;
  readonly log: Log;
  /** Hears of changes made by any server on this database, this one included, after they are committed. */
  readonly changes: {
    /** @returns stops listening */
    listen(hear: (change: Change) => void): () => void;
  };
  /** Hears that devices were written about by any server on this database, after it is committed; not which. */
  readonly reports: {
    /** @returns stops listening */
    listen(hear: () => void): () => void;
  };
  /** How far each device is with its update; not durable. */
  readonly progress: { of(device: string): Progress | undefined };
  /** Asks all connected devices to check in within so many of the clock's milliseconds. */
  readonly announce: (withinMillis: number) => Promise<void>;
}

/**
 * Tells all servers about the fleet whose tables the transaction sees, when it commits. Call it inside the transaction that makes the change.
 *
 * @param db the transaction
 */
export async function notify(db: Kysely<Database>, change: Change): Promise<void> {
  await sql`SELECT pg_notify(${sql.raw(OWN_CHANNEL.changes)}, ${JSON.stringify(change)})`.execute(db);
}
