/** Somebody keeps what he wrote for one incident, or throws it away. */
import {
  type IncidentView,
  isRefused,
  type OrRefused,
  type Reader,
  refuse,
  type SaveTextRequest,
} from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { readPolicy } from '../policy/policy.ts';
import { act, type Parts } from './act.ts';
import { nameOf } from './incident.ts';
import { valuesOf } from './text-values.ts';
import { viewIncident } from './view.ts';

/** The facts are kept as they are now: whoever reads the text later sees which of them are older. */
export async function saveIncidentText(
  context: Parts,
  actor: Actor,
  { incident, reader }: { incident: string; reader: Reader },
  { text, version }: SaveTextRequest,
): Promise<OrRefused<IncidentView>> {
  const view = await viewIncident(context, incident);
  if (isRefused(view)) return view;
  const facts = valuesOf(view, (await readPolicy(context.db)).calendar.zone);
  const because = text === null ? `the text for ${reader} is thrown away` : `a text for ${reader}`;
  return act(context, { incident, actor, verb: 'incident.text', because }, async (trx, _, at) => {
    const before = await trx
      .selectFrom('incident_texts')
      .select(['text', 'version', 'by_whom'])
      .where('incident', '=', incident)
      .where('reader', '=', reader)
      .executeTakeFirst();
    // The incident's row is locked: nobody writes in between.
    if ((before?.version ?? 0) !== version) return { refused: overtaken(reader, before) };
    const row = { text, version: version + 1, by_whom: nameOf(actor), at, facts: JSON.stringify(facts) };
    await trx
      .insertInto('incident_texts')
      .values({ incident, reader, ...row })
      .onConflict((conflict) => conflict.columns(['incident', 'reader']).doUpdateSet(row))
      .execute();
    return { before: { reader, text: before?.text ?? null }, after: { reader, text, version: version + 1 } };
  });
}

function overtaken(reader: Reader, before: { version: number; by_whom: string } | undefined) {
  const because = before
    ? `${before.by_whom} has saved a text for ${reader} since you read it: it is at version ${before.version}`
    : `there is no saved text for ${reader} that could be changed`;
  return refuse('conflict', because, {
    field: 'version',
    try: 'read it again, and put your words into the new one',
  });
}
