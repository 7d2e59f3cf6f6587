/** Who must watch a rollout, and who has said so. */
import { type OrRefused, refuse, type WatchView } from '@tuesday/protocol';
import type { Kysely, Selectable } from 'kysely';
import { stretchWords } from '@tuesday/rollout';
import type { Context } from '../context.ts';
import type { Database, RolloutsTable } from '../db/schema.ts';
import { readCalendar } from '../policy/policy.ts';
import { readWatchAnyway } from './situation.ts';
import { type Wanted, wantedFor } from './wanted.ts';

export async function viewWatch(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  rollout: string,
): Promise<OrRefused<WatchView>> {
  const row = await db.selectFrom('rollouts').selectAll().where('rollout', '=', rollout).executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no rollout ${rollout}`) };
  const { watch, wanted } = await readWanted(db, row, clock.now());
  const said = new Map(watch.acknowledged.map(({ person, at }) => [person, at]));
  const people = [...new Set([...(wanted?.people ?? []), ...said.keys()])].sort();
  return {
    rollout,
    required: watch.rules.required,
    people: people.map((person) => ({ person, acknowledgedAt: said.get(person) ?? null })),
    gaps: [...(wanted?.gaps ?? [])],
    because: sentence(watch.rules.required, wanted, row.plan.stages.length, watch.roster.zone),
  };
}

/** @param db anything, also a transaction */
export async function readWanted(db: Kysely<Database>, row: Selectable<RolloutsTable>, now: number) {
  const watch = await readWatchAnyway(db, row.rollout);
  const calendar = await readCalendar(db, now);
  return { watch, wanted: wantedFor({ state: row.state, plan: row.plan, calendar, watch, now }) };
}

function sentence(required: boolean, wanted: Wanted | undefined, stages: number, zone: string): string {
  if (!required) return 'The rules of this fleet want nobody on watch.';
  if (!wanted) return 'No stage follows, so nobody has to watch for one.';
  const name = wanted.stage < stages ? `Stage ${wanted.stage + 1}` : 'The hold-out';
  const hours = stretchWords(wanted.needs, zone);
  return wanted.why === null
    ? `${name} is watched ${hours}, and who watches has said so.`
    : `${name} must be watched ${hours}, and ${wanted.why}`;
}
