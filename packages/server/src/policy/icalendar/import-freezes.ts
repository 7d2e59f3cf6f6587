/** Takes the events of an iCalendar file as freezes: all of them, or none. It only tightens, so one person may. */
import { isRefused, type OrRefused, type Policy } from '@tuesday/protocol';
import type { Actor } from '../../audit/actor.ts';
import type { Context } from '../../context.ts';
import { checkPolicy } from '../check-policy.ts';
import { applyPolicy, changePolicy } from '../set.ts';
import { writtenAround } from '../write-out.ts';
import { readFreezes } from './read-freezes.ts';

export async function importFreezes(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  { ics, because }: { ics: string; because: string },
): Promise<OrRefused<{ imported: number; skipped: string[] }>> {
  const at = clock.now();
  return changePolicy(db, at, async (trx, before) => {
    const { zone } = before.calendar;
    const read = readFreezes(ics, { zone, ...writtenAround(at) });
    if (isRefused(read)) return read;
    const { skipped } = read;
    const known = new Set(
      [...before.policy.calendar.freezes, ...before.calendar.freezes].map((freeze) =>
        JSON.stringify(keyOf(freeze)),
      ),
    );
    const fresh = read.freezes.filter((freeze) => {
      const key = JSON.stringify(keyOf(freeze));
      if (known.has(key)) skipped.push(`${freeze.name} (${freeze.from}): it is there already`);
      const isNew = !known.has(key);
      known.add(key);
      return isNew;
    });
    if (fresh.length === 0) return { imported: 0, skipped };
    const { policy } = before;
    const after: Policy = {
      ...policy,
      calendar: { ...policy.calendar, freezes: [...policy.calendar.freezes, ...fresh] },
    };
    const checked = checkPolicy(after, at);
    if (isRefused(checked)) return checked;
    await applyPolicy(trx, { before: policy, after, actor, because, at, verb: 'policy.import-freezes' });
    return { imported: fresh.length, skipped };
  });
}

function keyOf({ kind, name, from, to, rrule = '' }: Policy['calendar']['freezes'][number]): string[] {
  return [kind, name, from, to, rrule];
}
