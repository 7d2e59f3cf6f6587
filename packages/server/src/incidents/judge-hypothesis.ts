/** Somebody supports a hypothesis, rules it out, or takes the verdict back. */
import { type IncidentView, type JudgeHypothesisRequest, type OrRefused, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { act, type Parts } from './act.ts';
import { nameOf } from './incident.ts';

export function judgeHypothesis(
  context: Parts,
  actor: Actor,
  { incident, hypothesis }: { readonly incident: string; readonly hypothesis: string },
  { verdict, because }: JudgeHypothesisRequest,
): Promise<OrRefused<IncidentView>> {
  return act(context, { incident, actor, verb: 'incident.judge', because }, async (trx, _, at) => {
    const before = await trx
      .selectFrom('incident_hypotheses')
      .select(['verdict', 'because', 'text'])
      .where('incident', '=', incident)
      .where('hypothesis', '=', hypothesis)
      .executeTakeFirst();
    if (!before)
      return {
        refused: refuse('not-found', `incident ${incident} has no hypothesis ${hypothesis}`, {
          try: `tuesday incident view ${incident}`,
        }),
      };
    await trx
      .updateTable('incident_hypotheses')
      .set({ verdict, because, judged_by: nameOf(actor), judged_at: at })
      .where('hypothesis', '=', hypothesis)
      .execute();
    const { text, ...was } = before;
    return { before: was, after: { hypothesis, text, verdict } };
  });
}
