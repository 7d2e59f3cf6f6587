/** Filters that people keep, under a name that everybody in the fleet can use. */
import { isRefused, type OrRefused, refuse, type SavedFiltersView } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { parseFilter } from './parse-filter.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

/** More than anybody finds again. */
const MOST = 200;

export async function listFilters({ db }: Pick<Context, 'db'>): Promise<SavedFiltersView> {
  const rows = await db.selectFrom('saved_filters').selectAll().orderBy('name').execute();
  return { filters: rows.map(({ name, filter, by_whom, at }) => ({ name, filter, by: by_whom, at })) };
}

export interface Saving {
  readonly name: string;
  readonly filter: string;
  /** Whatever stands under the name. */
  readonly replace: boolean;
}

/** @returns refused `filter-invalid` where nobody could search by it, `name-taken` where somebody else's would be lost */
export async function saveFilter(
  { db, clock }: Parts,
  actor: Actor,
  { name, filter, replace }: Saving,
): Promise<OrRefused<SavedFiltersView>> {
  const at = clock.now();
  const parsed = parseFilter(filter, at);
  if (isRefused(parsed)) return parsed;
  return db.transaction().execute(async (trx) => {
    const before = await existing(trx, name);
    if (before?.filter === filter) return listFilters({ db: trx });
    if (before && !replace)
      return {
        refused: refuse(
          'name-taken',
          `${name} is a filter of ${before.by_whom}: ${before.filter}`.slice(0, 1_000),
          {
            field: 'name',
            try: 'choose another name, or say that it is to be replaced',
          },
        ),
      };
    if (!before && (await count(trx)) >= MOST)
      return {
        refused: refuse('conflict', `a fleet keeps at most ${MOST} filters`, {
          try: 'tuesday filter delete',
        }),
      };
    const row = { filter, by_whom: actor.label, at };
    await trx
      .insertInto('saved_filters')
      .values({ name, ...row })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute();
    const view = await listFilters({ db: trx });
    await tell(trx, { at, actor, verb: 'filter.save', name, before: before?.filter, after: filter });
    return view;
  });
}

export async function deleteFilter(
  { db, clock }: Parts,
  actor: Actor,
  name: string,
): Promise<OrRefused<SavedFiltersView>> {
  return db.transaction().execute(async (trx) => {
    const before = await existing(trx, name);
    if (!before)
      return { refused: refuse('not-found', `there is no saved filter ${name}`, { field: 'name' }) };
    await trx.deleteFrom('saved_filters').where('name', '=', name).execute();
    const view = await listFilters({ db: trx });
    await tell(trx, {
      at: clock.now(),
      actor,
      verb: 'filter.delete',
      name,
      before: before.filter,
      after: undefined,
    });
    return view;
  });
}

function existing(trx: Kysely<Database>, name: string) {
  return trx
    .selectFrom('saved_filters')
    .select(['filter', 'by_whom'])
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst();
}

async function count(trx: Kysely<Database>): Promise<number> {
  const row = await trx
    .selectFrom('saved_filters')
    .select(({ fn }) => fn.countAll<number>().as('all'))
    .executeTakeFirst();
  return row?.all ?? 0;
}

interface Act {
  at: number;
  actor: Actor;
  verb: string;
  name: string;
  before: string | undefined;
  after: string | undefined;
}

async function tell(trx: Kysely<Database>, { at, actor, verb, name, before, after }: Act): Promise<void> {
  await appendAudit(trx, {
    at,
    actor,
    verb,
    object: `filter ${name}`,
    because: '',
    before: before === undefined ? null : { filter: before },
    after: after === undefined ? null : { filter: after },
  });
}
