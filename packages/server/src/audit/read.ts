/** The log of an organisation in order, a page at a time: an entry never changes, so no transaction is held. */
import { firstBroken, GENESIS, type HashedEntry } from '@tuesday/trust';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

/** Entries in memory at a time; one holds a whole policy at most. */
const PAGE = 250;

/** @param range entries after `after` up to and with `until` */
export async function* readLog(
  db: Kysely<Database>,
  organisation: string,
  range: { after: number; until: number },
): AsyncGenerator<HashedEntry[]> {
  let { after } = range;
  for (;;) {
    const page = await db
      .selectFrom('installation.audit_entries')
      .selectAll()
      .where('organisation', '=', organisation)
      .where('seq', '>', after)
      .where('seq', '<=', range.until)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    const last = page.at(-1);
    if (last) yield page;
    if (!last || page.length < PAGE) return;
    after = last.seq;
  }
}

export interface Mark {
  readonly seq: number;
  readonly hash: string;
}

export const START: Mark = { seq: 0, hash: GENESIS };

/** The newest entry. */
export async function headOfLog(db: Kysely<Database>, organisation: string): Promise<Mark> {
  const head = await db
    .selectFrom('installation.audit_entries')
    .select(['seq', 'hash'])
    .where('organisation', '=', organisation)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return head ?? START;
}

/**
 * @param from a place that was verified before
 * @returns the first entry after it, up to `to`, that does not follow; null when all do
 */
export async function firstBrokenAfter(
  db: Kysely<Database>,
  organisation: string,
  from: Mark,
  to: Mark,
): Promise<number | null> {
  let { seq, hash } = from;
  for await (const page of readLog(db, organisation, { after: seq, until: to.seq })) {
    if (page[0]?.seq !== seq + 1) return seq + 1;
    const broken = firstBroken(page, hash);
    if (broken !== null) return broken;
    ({ seq, hash } = page.at(-1) ?? { seq, hash });
  }
  return seq === to.seq ? null : seq + 1;
}
