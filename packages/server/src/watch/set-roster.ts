/** Replaces rotations and overrides. */
import { type OrRefused, refuse, type Roster, type RosterView } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { activePeople, watchers } from './people.ts';
import { lockRoster, namedIn, writeRoster } from './roster.ts';
import { viewRoster } from './view-roster.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'organisation' | 'fleet'>;

export async function setRoster(
  parts: Parts,
  actor: Actor,
  { roster, because }: { roster: Roster; because: string },
): Promise<OrRefused<RosterView>> {
  const refused = await parts.db.transaction().execute(async (trx) => {
    const unknown = await unknownIn(trx, parts, roster);
    if (unknown) return unknown;
    const before = await lockRoster(trx);
    await writeRoster(trx, roster);
    const at = parts.clock.now();
    await appendAudit(trx, {
      at,
      actor,
      verb: 'watch.set',
      object: 'roster',
      because,
      before,
      after: roster,
    });
    return undefined;
  });
  return refused ?? viewRoster(parts);
}

/** A name that nobody has answers no call. */
async function unknownIn(
  db: Kysely<Database>,
  { organisation, fleet }: Pick<Context, 'organisation' | 'fleet'>,
  roster: Roster,
) {
  const known = new Set((await activePeople(db, organisation)).map(({ person }) => person));
  const able = await watchers(db, organisation, fleet);
  for (const [person, path] of namedIn(roster)) {
    if (!known.has(person))
      return {
        refused: refuse('bad-request', `there is no active person ${person}`, {
          field: `roster.${path}`,
          try: 'tuesday people list shows who there is',
        }),
      };
    if (!able.has(person))
      return {
        refused: refuse(
          'bad-request',
          `${person} may not halt a rollout here, so nothing is watched by them`,
          {
            field: `roster.${path}`,
            try: `tuesday people roles ${person} with the role operator or commander`,
          },
        ),
      };
  }
  return undefined;
}
