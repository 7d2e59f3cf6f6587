/** The rules of a fleet: kept as one text, read as they are in force at a time. */
import {
  type Calendar,
  type Instant,
  type Policy,
  type PolicyInput,
  policySchema,
  type PolicyView,
  presetPolicy,
} from '@tuesday/protocol';
import type { FleetHours } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { writeOut, writtenAround } from './write-out.ts';

const KEY = 'policy';
/** The hours of devices once more, written together with the policy: ingest reads them with every batch. */
export const HOURS_KEY = 'device-hours';

/** A policy, and its calendar with holidays and recurring freezes written out around a time. */
export interface InForce {
  readonly policy: Policy;
  readonly calendar: Calendar;
}

/** The golden rule in the server's zone, until somebody sets another one. */
export async function readPolicy(db: Kysely<Database>): Promise<Policy> {
  return policyOf(await readText(db));
}

/** Policies and days are few; a judge asks for the same one every second. */
const known = new Map<string, InForce>();
const MOST_KNOWN = 64;
const DAY = 86_400_000;

export async function readInForce(db: Kysely<Database>, at: Instant): Promise<InForce> {
  const text = await readText(db);
  const day = Math.floor(at / DAY);
  const key = `${day}\n${text ?? serverZone()}`;
  const found = known.get(key);
  if (found) return found;
  const inForce = inForceOf(policyOf(text), day * DAY);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, inForce);
  return inForce;
}

/** The calendar as the judge reads it. */
export async function readCalendar(db: Kysely<Database>, at: Instant): Promise<Calendar> {
  return (await readInForce(db, at)).calendar;
}

/**
 * What cannot be written out any more (a region that the library no longer has, for instance) was refused when it was
 * set, so this is rare. Nothing opens then, and the sentence says why; bad news must be heard all the same.
 */
function inForceOf(policy: Policy, at: Instant): InForce {
  const written = writeOut(policy, writtenAround(at));
  if (!('refused' in written)) return { policy, calendar: written.calendar };
  const name = `the rules cannot be kept: ${written.refused.because}`.slice(0, 120);
  const closed = { kind: 'freeze' as const, name, from: '1970-01-01', to: '2200-01-01' };
  return { policy, calendar: { ...policy.calendar, freezes: [closed] } };
}

export async function viewPolicy({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<PolicyView> {
  const { policy, calendar } = await readInForce(db, clock.now());
  return { policy, calendar };
}

/**
 * Of two who change the rules the second sees what the first has written. Call it before `readPolicy`.
 *
 * @param db the transaction
 */
export async function lockPolicy(db: Kysely<Database>): Promise<void> {
  // Not a row: there is none as long as nobody has set a policy.
  await sql`LOCK TABLE settings IN SHARE ROW EXCLUSIVE MODE`.execute(db);
}

/** @param db the transaction */
export async function writePolicy(db: Kysely<Database>, input: PolicyInput): Promise<void> {
  const policy = policySchema.parse(input);
  await put(db, KEY, policy);
  await put(db, HOURS_KEY, fleetHoursOf(policy));
}

export function fleetHoursOf({ deviceHours, calendar }: Policy): FleetHours | null {
  return deviceHours ? { hours: deviceHours, zone: calendar.zone } : null;
}

async function put(db: Kysely<Database>, key: string, content: unknown): Promise<void> {
  const value = JSON.stringify(content);
  await db
    .insertInto('settings')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

/** The text as the database writes it, so that it compares; undefined until a policy is set. */
async function readText(db: Kysely<Database>): Promise<string | undefined> {
  const row = await db
    .selectFrom('settings')
    .select(sql<string>`value::text`.as('text'))
    .where('key', '=', KEY)
    .executeTakeFirst();
  return row?.text;
}

function policyOf(text: string | undefined): Policy {
  return text === undefined
    ? presetPolicy('golden-rule', serverZone())
    : policySchema.parse(JSON.parse(text));
}

function serverZone(): string {
  return new Intl.DateTimeFormat('en').resolvedOptions().timeZone;
}
