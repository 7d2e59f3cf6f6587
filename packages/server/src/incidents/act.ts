/** Acts of people on an incident. */
import type { IncidentView, OrRefused } from '@tuesday/protocol';
import { type ActOn, actOn, type ChangeRow } from '../audit/act-on.ts';
import type { Context } from '../context.ts';
import { type IncidentRow, lockIncident } from './incident.ts';
import { viewIncident } from './view.ts';

export type Parts = Pick<Context, 'db' | 'clock'>;

export interface Act extends Pick<ActOn<IncidentRow, IncidentView>, 'actor' | 'verb' | 'because'> {
  readonly incident: string;
}

export function act(
  context: Parts,
  { incident, ...by }: Act,
  change: ChangeRow<IncidentRow>,
): Promise<OrRefused<IncidentView>> {
  const [object, lock] = [`incident ${incident}`, (trx: Parts['db']) => lockIncident(trx, incident)];
  return actOn(context, { ...by, object, lock, view: () => viewIncident(context, incident) }, change);
}
