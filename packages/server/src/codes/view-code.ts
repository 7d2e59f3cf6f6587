/** One code: what each release said, what a person wrote, and where it was seen first. */
import {
  canonicalCode,
  type CodeView,
  declaredErrorCodeSchema,
  type DeclaredErrorCode,
  type OrRefused,
  refuse,
  type StubView,
  writtenCodeSchema,
} from '@tuesday/protocol';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { CodeStubsTable } from '../db/schema-codes.ts';
import { readPolicy } from '../policy/policy.ts';

const DAY = 24 * 3_600_000;

type StubRow = Selectable<CodeStubsTable>;

/** @returns `not-found` for a code that nobody has seen or written down */
export async function viewCode(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  asked: string,
): Promise<OrRefused<CodeView>> {
  const code = canonicalCode(asked);
  const releases = await releasesOf(db, code);
  const stub = await db.selectFrom('code_stubs').selectAll().where('code', '=', code).executeTakeFirst();
  if (releases.length === 0 && !stub)
    return {
      refused: refuse('not-found', `no release documents ${code}, and nobody has seen it`, {
        field: 'code',
        try: 'tuesday codes list shows what is known',
      }),
    };
  const [newest] = releases;
  const written = stub?.entry ? { ...writtenCodeSchema.parse(stub.entry), since: null } : null;
  return {
    code,
    state: newest ? 'documented' : written ? 'written' : 'stub',
    now: newest ? nowOf(newest) : written,
    releases,
    stub: stub ? stubOf(stub) : null,
    tickets: await ticketsOf(db, code, clock.now()),
    owner: (await readPolicy(db)).codes.owner,
  };
}

type Said = CodeView['releases'][number];

async function releasesOf(db: Kysely<Database>, code: string): Promise<Said[]> {
  const rows = await db
    .selectFrom('documented_codes')
    .selectAll()
    .where('code', '=', code)
    .orderBy('published_at', 'desc')
    .orderBy('release', 'desc')
    .execute();
  return rows.map(({ entry, release, published_at: publishedAt }) => {
    const { code: _, ...said } = entryOf(entry);
    return { ...said, release, publishedAt };
  });
}

/** As it was declared, with what it did not say yet. */
export function entryOf(entry: Partial<DeclaredErrorCode>): DeclaredErrorCode {
  return declaredErrorCodeSchema.parse(entry);
}

function nowOf({ title, meaning, customer, severity, failsHealth, since, texts }: Said): CodeView['now'] {
  return { title, meaning, customer, severity, failsHealth, since: since ?? null, texts };
}

function stubOf(row: StubRow): StubView {
  return {
    openedAt: row.opened_at,
    seenBy: row.seen_by,
    firstDevice: row.first_device,
    firstRelease: row.first_release,
    firstEnvironment: row.first_environment,
    devices: row.devices,
    writtenAt: row.written_at,
    writtenBy: row.written_by,
    pagedAt: row.paged_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
  };
}

async function ticketsOf(db: Kysely<Database>, code: string, now: number): Promise<CodeView['tickets']> {
  const { rows } = await sql<CodeView['tickets']>`
    SELECT count(*) FILTER (WHERE at > ${now - DAY}::bigint)::int AS "lastDay",
      count(*) FILTER (WHERE at <= ${now - DAY}::bigint)::int AS "dayBefore"
    FROM tickets WHERE code = ${code} AND at > ${now - 2 * DAY}::bigint`.execute(db);
  return rows[0] ?? { lastDay: 0, dayBefore: 0 };
}
