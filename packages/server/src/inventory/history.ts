/** The counts of each day, kept as they were last on that day in the fleet's zone. */
import { type InventoryHistory, type OrRefused, refuse } from '@tuesday/protocol';
import { normalise } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { readInForce } from '../policy/policy.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

/** Days that are kept. */
const KEPT = 400;

/** Called again and again: the last call of a day is what the day was like. */
export async function keepHistory({ db, clock }: Parts): Promise<void> {
  const at = clock.now();
  await db.transaction().execute(async (trx) => {
    const { policy } = await readInForce(trx, at);
    const day = dayOf(at, policy.calendar.zone);
    // Of two servers one writes; the rows of a day are few.
    await sql`LOCK TABLE environment_history IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
    await sql`DELETE FROM environment_history WHERE day = ${day}::date OR day < ${day}::date - ${sql.lit(KEPT)}::int`.execute(
      trx,
    );
    const names = ['', ...policy.parity.dimensions.map(({ name }) => name)];
    await sql`INSERT INTO environment_history (day, attribute, value, devices)
      SELECT ${day}::date, attribute, value, sum(devices) FROM environment_counts
      WHERE attribute = ANY(${names}::text[]) GROUP BY attribute, value HAVING sum(devices) > 0`.execute(trx);
  });
}

export async function viewHistory(
  { db, clock }: Parts,
  name: string,
  days: number,
): Promise<OrRefused<InventoryHistory>> {
  const { policy } = await readInForce(db, clock.now());
  const dimension = policy.parity.dimensions.find((one) => one.name === name);
  if (!dimension)
    return {
      refused: refuse('not-found', `the policy declares no dimension ${name}`, {
        field: 'dimension',
        try: 'tuesday policy set with the dimension under parity; its history begins then',
      }),
    };
  const rows = await readDays(db, name, days);
  const byDay = Map.groupBy(rows, ({ day }) => day);
  return {
    dimension: name,
    days: [...byDay].map(([day, found]) => {
      const devices = found.find(({ attribute }) => attribute === '')?.devices ?? 0;
      const values = new Map<string | null, number>();
      let reported = 0;
      for (const { attribute, value, devices: count } of found) {
        if (attribute === '') continue;
        const spelt = normalise(dimension.normalise, value);
        values.set(spelt, (values.get(spelt) ?? 0) + count);
        reported += count;
      }
      if (devices > reported) values.set(null, devices - reported);
      return { day, devices, values: [...values].map(([value, count]) => ({ value, devices: count })) };
    }),
  };
}

interface DayRow {
  day: string;
  attribute: string;
  value: string;
  devices: number;
}

async function readDays(db: Kysely<Database>, name: string, days: number): Promise<DayRow[]> {
  const { rows } = await sql<DayRow>`
    SELECT day::text AS day, attribute, value, devices FROM environment_history
    WHERE attribute IN ('', ${name}) AND day > (SELECT max(day) FROM environment_history) - ${days}::int
    ORDER BY day, devices DESC, value`.execute(db);
  return rows;
}

function dayOf(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}
