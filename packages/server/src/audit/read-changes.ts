/** The audit log as a feed of what changed: each entry is written with the change, and their order is that of their commits. */
import { changeAbout, type FleetChange } from '@tuesday/protocol';
import type { Context } from '../context.ts';

type Parts = Pick<Context, 'db' | 'organisation' | 'fleet'>;

export interface LoggedChange {
  readonly seq: number;
  readonly change: FleetChange;
  /** own: of this fleet. all: of the whole organisation, which is for its admins. other: of another fleet. */
  readonly scope: 'own' | 'all' | 'other';
}

/** Entries of the whole organisation after `seq`, in order: those of other fleets, too, so that `seq` gets on. */
export async function readChanges(
  { db, organisation, fleet }: Parts,
  seq: number,
  limit: number,
): Promise<LoggedChange[]> {
  const rows = await db
    .selectFrom('installation.audit_entries')
    .select(['seq', 'at', 'object', 'fleet'])
    .where('organisation', '=', organisation)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    change: { ...changeAbout(row.object), at: row.at },
    scope: row.fleet === fleet ? 'own' : row.fleet === null ? 'all' : 'other',
  }));
}

/** The newest entry of the organisation; 0 when there is none. */
export async function newestEntry({ db, organisation }: Parts): Promise<number> {
  const row = await db
    .selectFrom('installation.audit_entries')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('organisation', '=', organisation)
    .executeTakeFirst();
  return row?.seq ?? 0;
}
