/** The devices that fit a filter: a page of them by id, and how many they are. */
import type { DeviceCountView, DeviceListView, OrRefused } from '@tuesday/protocol';
import { isRefused, refuse } from '@tuesday/protocol';
import { versionOf } from '@tuesday/rollout';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { readFleetCounts } from '../fleet/counts.ts';
import { readInForce } from '../policy/policy.ts';
import { compile } from './compile.ts';
import type { Filter } from './filter.ts';
import { countFromCounters } from './count-from-counters.ts';
import { type Known, readKnown, testsIn } from './known.ts';
import { readPage } from './page.ts';
import { parseFilter } from './parse-filter.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

export interface Page {
  readonly filter?: string | undefined;
  readonly version?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Beyond so many nobody counts on. */
const COUNTED = 10_000;
/** Real milliseconds that one search may take of the database. */
const PATIENCE = 5_000;

/** By id, after the last one of the page before: what comes and goes meanwhile moves no page. */
export function listDevices(parts: Parts, page: Page): Promise<OrRefused<DeviceListView>> {
  return searching(parts, page, async (trx, { fits }) => {
    const rows = await readPage(trx, { fits, after: page.after, rows: page.limit + 1 });
    const shown = rows.slice(0, page.limit);
    return {
      devices: shown.map(({ device, hardware, report, last_seen }) => ({
        device,
        hardware,
        version: (report && versionOf(report)) ?? null,
        lastSeen: last_seen,
        healthy: report?.health.ok ?? null,
        environment: report?.environment ?? {},
      })),
      next: rows.length > page.limit ? (shown.at(-1)?.device ?? null) : null,
    };
  });
}

/** Ids of those that fit, in their order. */
export function fittingDevices(
  parts: Parts,
  filter: string,
  limit: number,
): Promise<OrRefused<{ devices: string[] }>> {
  return searching(parts, { filter }, async (trx, { fits }) => ({
    devices: (await readPage(trx, { fits, after: undefined, rows: limit })).map(({ device }) => device),
  }));
}

export function countDevices(parts: Parts, text: string | undefined): Promise<OrRefused<DeviceCountView>> {
  return searching(parts, { filter: text }, async (trx, { fits, filter, known }) => {
    if (filter === null) return { devices: (await readFleetCounts(trx)).enrolled, more: false };
    const counted = await countFromCounters(trx, filter, known);
    if (counted !== undefined) return { devices: counted, more: false };
    const asksContacts = testsIn(filter).some((test) => test.kind === 'time' && test.of === 'lastSeen');
    const contacts = asksContacts ? sql`LEFT JOIN contacts c ON c.device = d.device` : sql``;
    const { rows } = await sql<{ devices: number }>`
      SELECT count(*)::int AS devices FROM (
        SELECT FROM devices d ${contacts} WHERE ${fits} LIMIT ${COUNTED + 1}
      ) AS fitting`.execute(trx);
    const devices = rows[0]?.devices ?? 0;
    return { devices: Math.min(devices, COUNTED), more: devices > COUNTED };
  });
}

interface Search {
  readonly filter: Filter | null;
  readonly known: Known;
  readonly fits: RawBuilder<boolean>;
}

type Ask<T> = (trx: Kysely<Database>, search: Search) => Promise<T>;

/** Reads the filter, and gives up before the database has worked on it for too long. */
async function searching<T extends object>(
  { db, clock }: Parts,
  { filter: text = '', version }: Pick<Page, 'filter' | 'version'>,
  ask: Ask<T>,
): Promise<OrRefused<T>> {
  const at = clock.now();
  const parsed = parseFilter(text, at);
  if (isRefused(parsed)) return parsed;
  const filter = both(parsed.filter, version);
  try {
    return await db.transaction().execute(async (trx) => {
      await sql`SET LOCAL statement_timeout = ${sql.lit(PATIENCE)}`.execute(trx);
      const { policy } = await readInForce(trx, at);
      const known = await readKnown(trx, filter, policy.parity.dimensions);
      return ask(trx, { filter, known, fits: compile(filter, known) });
    });
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== '57014') throw cause;
    return {
      refused: refuse(
        'busy',
        `the search took the database more than ${PATIENCE / 1_000} s and was given up`,
        {
          field: 'filter',
          try: 'narrow it, for instance by version== or environment.…==; a * at the beginning costs most',
        },
      ),
    };
  }
}

function both(filter: Filter | null, version: string | undefined): Filter | null {
  if (version === undefined) return filter;
  const runs = { kind: 'match', subject: { of: 'version' }, patterns: [version], not: false } as const;
  return filter === null ? runs : { kind: 'and', of: [filter, runs] };
}
