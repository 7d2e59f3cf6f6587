/** A value that nobody has reported before is told once: "mosquitto 2.1.2 appeared on 0.3 % of the fleet". */
import type { Dimension } from '@tuesday/protocol';
import { normalise, shareWords, when } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import { JUDGE } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { putNotice } from '../notices/put.ts';
import { readInForce } from '../policy/policy.ts';
import { countDevices, readSpellings } from './counts.ts';

/** So that the first notice says how many they are, and not that there is one. */
const SETTLED = 15 * 60_000;

/** @returns what was told now */
export async function tellNewValues({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<string[]> {
  const at = clock.now();
  return db.transaction().execute(async (trx) => {
    const { policy } = await readInForce(trx, at);
    const { dimensions } = policy.parity;
    const fresh = await takeUntold(
      trx,
      dimensions.map(({ name }) => name),
      at - SETTLED,
    );
    const told: string[] = [];
    for (const dimension of dimensions) {
      const mine = fresh.filter(({ attribute }) => attribute === dimension.name);
      for (const { name, since } of mine.length === 0 ? [] : await newNames(trx, dimension, mine)) {
        const share = await shareOf(trx, dimension, name);
        const because = `${dimension.name} = ${name} appeared on ${share} since ${when(since, policy.calendar.zone)}.`;
        await tell(trx, at, dimension.name, because);
        told.push(because);
      }
    }
    return told;
  });
}

/** A new spelling of a value that the fleet has had before is no news. */
async function newNames(
  db: Kysely<Database>,
  { name, normalise: rules }: Dimension,
  fresh: readonly Untold[],
): Promise<{ name: string; since: number }[]> {
  const spelt = new Set(fresh.map(({ value }) => value));
  const rows = await db
    .selectFrom('environment_values')
    .select('value')
    .where('attribute', '=', name)
    .where('told', '=', true)
    .execute();
  const old = new Set(
    rows.filter(({ value }) => !spelt.has(value)).map(({ value }) => normalise(rules, value)),
  );
  const since = new Map<string, number>();
  for (const one of fresh) {
    const value = normalise(rules, one.value);
    since.set(value, Math.min(since.get(value) ?? one.since, one.since));
  }
  return [...since]
    .filter(([value]) => !old.has(value))
    .map(([value, first]) => ({ name: value, since: first }));
}

async function shareOf(db: Kysely<Database>, dimension: Dimension, name: string): Promise<string> {
  const spellings = await readSpellings(db, [dimension.name]);
  const devices = spellings
    .filter(({ value }) => normalise(dimension.normalise, value) === name)
    .reduce((sum, one) => sum + one.devices, 0);
  return `${shareWords(devices, await countDevices(db))} of the fleet (${devices} devices)`;
}

interface Untold {
  attribute: string;
  value: string;
  since: number;
}

async function takeUntold(db: Kysely<Database>, names: readonly string[], until: number): Promise<Untold[]> {
  const { rows } = await sql<Untold>`
    UPDATE environment_values SET told = true
    WHERE NOT told AND attribute = ANY(${names}::text[]) AND first_seen_at <= ${until}
    RETURNING attribute, value, first_seen_at AS since`.execute(db);
  return rows;
}

async function tell(db: Kysely<Database>, at: number, dimension: string, because: string): Promise<void> {
  await putNotice(db, at, {
    kind: 'new-value',
    title: because,
    lines: ['No release was tested there yet. Devices with it are held until one is.'],
    path: '/fleet',
    about: `inventory ${dimension}`,
  });
  await appendAudit(db, {
    at,
    actor: JUDGE,
    verb: 'inventory.new-value',
    object: `dimension ${dimension}`,
    because,
  });
}

/** What is there when a dimension is declared is no news. In the transaction that sets the policy. */
export async function knowValues(db: Kysely<Database>, dimensions: readonly string[]): Promise<void> {
  await sql`UPDATE environment_values SET told = true WHERE NOT told AND attribute = ANY(${dimensions}::text[])`.execute(
    db,
  );
}
