/**
 * Takes notices out of the outbox, under a lease and each channel for itself: of many servers one delivers each, and
 * a channel that is slow or down holds up nobody else. At least once: a server that dies between sending and noting
 * it down leaves a lease that runs out, and the message goes out again under the same id.
 */
import { wallClock } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { NoticeEffect, ResolveEffect } from '../outbox/put.ts';
import { type ChannelRow, openTarget, rememberHow } from './channels.ts';
import { limited, SEND_MILLIS } from './limit.ts';
import { messageOf } from './message.ts';
import { SendFailure } from './send/failure.ts';
import { resolve, send } from './send/send.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config' | 'random' | 'log'>;

/** Real time, all of them. */
const LEASE_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 1_800;
const ATTEMPTS = 400;
const GIVEN_UP_AFTER_HOURS = 72;

interface Taken {
  readonly id: number;
  readonly at: number;
  readonly effect: NoticeEffect | ResolveEffect;
  readonly attempts: number;
  readonly old: boolean;
}

export class Postman {
  readonly #parts: Parts;
  readonly #limit: number;
  readonly #stopping = new AbortController();
  readonly #busy = new Map<string, Promise<void>>();

  /** @param limitMillis real milliseconds for each message */
  constructor(parts: Parts, limitMillis = SEND_MILLIS) {
    this.#parts = parts;
    this.#limit = limitMillis;
  }

  /** Starts on every channel that has something due and is not being served. */
  async round(): Promise<void> {
    const { rows } = await sql<{ channel: string }>`SELECT DISTINCT channel FROM outbox
      WHERE channel IS NOT NULL AND done_at IS NULL AND lease_until <= now()`.execute(this.#parts.db);
    for (const { channel } of rows) {
      if (this.#busy.has(channel) || this.#stopping.signal.aborted) continue;
      const serving = this.#serve(channel)
        .catch((err: unknown) => this.#parts.log.error({ err, channel }, 'notices were not delivered'))
        .finally(() => this.#busy.delete(channel));
      this.#busy.set(channel, serving);
    }
  }

  /** Until every channel that is being served is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  /** Ends what is under way; it is tried again by whoever comes next. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  async #serve(channel: string): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const taken = await take(this.#parts.db, channel);
      if (!taken) return;
      await this.#deliver(channel, taken);
    }
  }

  async #deliver(channel: string, taken: Taken): Promise<void> {
    const { db, clock } = this.#parts;
    const row = await db
      .selectFrom('notice_channels')
      .selectAll()
      .where('channel', '=', channel)
      .executeTakeFirst();
    if (!row) return;
    try {
      const work = (signal: AbortSignal) => this.#send(row, taken, signal);
      await limited(wallClock(), this.#limit, work, this.#stopping.signal);
    } catch (cause) {
      if (this.#stopping.signal.aborted) return release(db, taken);
      return this.#failed(channel, taken, cause);
    }
    await db.transaction().execute(async (trx) => {
      await lockChannel(trx, channel);
      if (await finish(trx, taken, null)) await rememberHow(trx, channel, clock.now(), { delivered: true });
    });
  }

  async #send(row: ChannelRow, { id, at, effect }: Taken, signal: AbortSignal): Promise<void> {
    const { config } = this.#parts;
    const target = openTarget(config, row);
    if (effect.kind === 'resolve') return resolve(target, effect.about, effect.because, signal);
    return send(config, target, messageOf(`${row.channel}-${id}`, at, effect.notice, config), signal);
  }

  async #failed(channel: string, taken: Taken, cause: unknown): Promise<void> {
    const { db, clock, random } = this.#parts;
    const { attempts, old } = taken;
    const words = cause instanceof Error ? cause.message : String(cause);
    const isFinal = cause instanceof SendFailure && cause.final;
    const givenUp = isFinal || old || attempts >= ATTEMPTS;
    const failure = givenUp
      ? `given up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${words}`
      : words;
    const asked = cause instanceof SendFailure ? (cause.retryAfterSeconds ?? 0) : 0;
    const wait = Math.max(1, asked, random() * Math.min(LONGEST_WAIT_SECONDS, 2 ** Math.min(attempts, 16)));
    await db.transaction().execute(async (trx) => {
      await lockChannel(trx, channel);
      const noted = givenUp ? await finish(trx, taken, failure) : await putOff(trx, taken, failure, wait);
      if (noted) await rememberHow(trx, channel, clock.now(), { failure, attempts });
    });
  }
}

/** Before its messages, as whoever removes it does: two that lock in different order wait for each other. */
async function lockChannel(db: Kysely<Database>, channel: string): Promise<void> {
  await sql`SELECT FROM notice_channels WHERE channel = ${channel} FOR NO KEY UPDATE`.execute(db);
}

/** The oldest message of the channel that is due. */
async function take(db: Kysely<Database>, channel: string): Promise<Taken | undefined> {
  const { rows } = await sql<Taken>`
    UPDATE outbox SET attempts = attempts + 1, lease_until = now() + make_interval(secs => ${sql.lit(LEASE_SECONDS)})
    WHERE id = (
      SELECT id FROM outbox WHERE channel = ${channel} AND done_at IS NULL AND lease_until <= now()
      ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id, at, effect, attempts,
      put_at < now() - make_interval(hours => ${sql.lit(GIVEN_UP_AFTER_HOURS)}) AS old`.execute(db);
  return rows[0];
}

/**
 * The number of attempts is the fence: who lost the lease in between changes nothing.
 *
 * @returns whether it was still ours
 */
async function finish(
  db: Kysely<Database>,
  { id, attempts }: Taken,
  failure: string | null,
): Promise<boolean> {
  const { numAffectedRows } = await sql`UPDATE outbox SET done_at = now(), failure = ${failure}
    WHERE id = ${id} AND attempts = ${attempts} AND done_at IS NULL`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

async function putOff(
  db: Kysely<Database>,
  { id, attempts }: Taken,
  failure: string,
  seconds: number,
): Promise<boolean> {
  const { numAffectedRows } = await sql`UPDATE outbox SET failure = ${failure},
      lease_until = now() + make_interval(secs => ${seconds})
    WHERE id = ${id} AND attempts = ${attempts} AND done_at IS NULL`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

/** An attempt that we cut off ourselves does not count. */
async function release(db: Kysely<Database>, { id, attempts }: Taken): Promise<void> {
  await sql`UPDATE outbox SET attempts = attempts - 1, lease_until = '-infinity'
    WHERE id = ${id} AND attempts = ${attempts} AND done_at IS NULL`.execute(db);
}
