/**
 * Wrong attempts: each is counted as wrong before it is looked at, and forgiven when it was right, so that a
 * hundred at the same time are a hundred.
 */
import { type Clock, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { HOUR, MINUTE, minutesWords, real } from '../real-time.ts';
import type { AttemptKey } from './key.ts';
import { lockMinutes } from './lock.ts';

/** Real milliseconds without an attempt after which nothing is held against anybody. */
const FORGET = 24 * HOUR;

/**
 * Counts one attempt against each key, unless one of them is locked.
 *
 * @param db a transaction; it must be kept even when the attempt turns out wrong
 * @returns `too-many-attempts` with how long to wait: the same words whichever key it was
 */
export async function countAttempt(
  db: Kysely<Database>,
  clock: Clock,
  keys: readonly AttemptKey[],
): Promise<OrRefused<{ counted: true }>> {
  const now = clock.now();
  const rows = [];
  // In one order, so that two attempts never wait for each other.
  for (const key of keys.toSorted((a, b) => (a.key < b.key ? -1 : 1)))
    rows.push({ ...key, ...(await lockRow(db, key.key, now)) });
  const wait = Math.max(...rows.map(({ locked_until }) => waitOf(clock, locked_until)));
  if (wait > 0) {
    const words = minutesWords(wait / clock.rate);
    const because = `there were too many wrong attempts; the next one counts in ${words}`;
    return { refused: refuse('too-many-attempts', because, { try: `wait ${words}` }) };
  }
  for (const { key, free, failures, last_at } of rows) {
    const isOld = now - last_at > real(clock, FORGET);
    await write(db, clock, { key, free }, (isOld ? 0 : failures) + 1);
  }
  return { counted: true };
}

/** Takes back what `countAttempt` counted for a right attempt; a key in `reset` starts from nothing. */
export async function forgiveAttempt(
  db: Kysely<Database>,
  clock: Clock,
  { reset, undo }: { reset: readonly AttemptKey[]; undo: readonly AttemptKey[] },
): Promise<void> {
  const all = [...reset.map((key) => ({ key, to: 0 })), ...undo.map((key) => ({ key, to: undefined }))];
  for (const { key, to } of all.toSorted((a, b) => (a.key.key < b.key.key ? -1 : 1))) {
    const { failures } = await lockRow(db, key.key, clock.now());
    await write(db, clock, key, to ?? Math.max(0, failures - 1));
  }
}

/** Drops what is held against nobody any more. Outside of any transaction: it must not wait for one. */
export async function forgetAttempts(db: Kysely<Database>, clock: Clock): Promise<void> {
  await db
    .deleteFrom('installation.attempts')
    .where('last_at', '<', clock.now() - real(clock, FORGET))
    .execute();
}

/** A lock further ahead than any that is given was written by a clock that was moved back since: it is none. */
function waitOf(clock: Clock, lockedUntil: number): number {
  const wait = lockedUntil - clock.now();
  return wait > real(clock, HOUR) ? 0 : wait;
}

async function lockRow(db: Kysely<Database>, key: string, now: number) {
  return db
    .insertInto('installation.attempts')
    .values({ key, failures: 0, last_at: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ key }))
    .returning(['failures', 'last_at', 'locked_until'])
    .executeTakeFirstOrThrow();
}

async function write(
  db: Kysely<Database>,
  clock: Clock,
  { key, free }: AttemptKey,
  failures: number,
): Promise<void> {
  const now = clock.now();
  const minutes = lockMinutes(failures, free);
  await db
    .updateTable('installation.attempts')
    .set({ failures, last_at: now, locked_until: minutes === 0 ? 0 : now + real(clock, minutes * MINUTE) })
    .where('key', '=', key)
    .execute();
}
