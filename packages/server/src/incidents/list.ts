/** Incidents, those that are not closed first, then the newest first. */
import type { IncidentLineView, IncidentListView, IncidentState } from '@tuesday/protocol';
import type { Context } from '../context.ts';
import type { IncidentRow } from './incident.ts';

const SHOWN = 200;

export async function listIncidents(
  { db }: Pick<Context, 'db'>,
  state: IncidentState | undefined,
): Promise<IncidentListView> {
  let query = db
    .selectFrom('incidents')
    .selectAll()
    .orderBy((of) => of('state', '=', 'closed'))
    .orderBy('opened_at', 'desc')
    .orderBy('incident')
    .limit(SHOWN);
  if (state !== undefined) query = query.where('state', '=', state);
  return { incidents: (await query.execute()).map(lineOf) };
}

export function lineOf(row: IncidentRow): IncidentLineView {
  const { incident, title, state, cause, because, rollout, release, code } = row;
  const { opened_at: openedAt, closed_at: closedAt } = row;
  return { incident, title, state, cause, because, rollout, release, code, openedAt, closedAt };
}
