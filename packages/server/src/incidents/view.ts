/** One incident: everything that is not noted by people is derived as it is read. */
import {
  type GlassView,
  type HypothesisView,
  type IncidentView,
  isRefused,
  type OrRefused,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import { glassView } from '../break-glass/list.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { readPolicy } from '../policy/policy.ts';
import { viewRollout } from '../rollouts/view.ts';
import { codesOf, readTickets } from './belonging-tickets.ts';
import { costView } from './cost.ts';
import { countHarm } from './harmed.ts';
import { findIncident, type IncidentRow } from './incident.ts';
import { lineOf } from './list.ts';
import { readPrices } from './prices.ts';
import { glassesIn, type Scope, scopeOf } from './scope.ts';
import { readSaved } from './read-saved.ts';
import { readTemplates } from './templates.ts';
import { valuesOf } from './text-values.ts';
import { textsFrom } from './texts.ts';
import { readTimeline } from './timeline.ts';
import { summaryOf } from './words.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

export async function viewIncident(context: Parts, incident: string): Promise<OrRefused<IncidentView>> {
  const row = await findIncident(context.db, incident);
  if (isRefused(row)) return row;
  const blame = await blameOf(context, row);
  const now = context.clock.now();
  // One snapshot, so that counts, tickets and timeline belong together.
  return context.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => build(trx, await scopeOf(trx, row, now), blame));
}

/** The verdict of the rollout's own trial. */
async function blameOf(context: Parts, { rollout }: IncidentRow): Promise<IncidentView['blame']> {
  const view = rollout === null ? undefined : await viewRollout(context, rollout);
  return view === undefined || isRefused(view) ? [] : view.blame;
}

async function build(
  db: Kysely<Database>,
  scope: Scope,
  blame: IncidentView['blame'],
): Promise<IncidentView> {
  const { row, now } = scope;
  const harm = await countHarm(db, scope);
  const codes = await codesOf(db, scope);
  const tickets = await readTickets(db, scope, codes);
  const glasses = await glassesOf(db, scope);
  const given = { ...harm, tickets: tickets.count, visits: row.visits, devices: scope.rollout?.devices };
  const { rollout: _, ...line } = lineOf(row);
  const view = {
    ...line,
    openedBy: row.opened_by,
    mitigatedAt: row.mitigated_at,
    closedBy: row.closed_by,
    closingNote: row.closing_note,
    now,
    rollout: rolloutOf(scope),
    summary: summaryOf({ scope, ...harm, blame, glasses }),
    ...harm,
    blame,
    hypotheses: await hypothesesOf(db, row),
    tickets,
    visits: row.visits,
    cost: costView(given, await readPrices(db)),
    glasses,
    ...(await readTimeline(db, scope, codes)),
  };
  const values = valuesOf(view, (await readPolicy(db)).calendar.zone);
  const templates = await readTemplates(db);
  return {
    ...view,
    texts: textsFrom(values, templates),
    savedTexts: await readSaved(db, row.incident, values, templates),
  };
}

function rolloutOf({ rollout }: Scope): IncidentView['rollout'] {
  if (!rollout) return null;
  const { name, way_back: wayBack, phase, because } = rollout;
  return { rollout: rollout.rollout, name, wayBack, phase, because };
}

async function glassesOf(db: Kysely<Database>, scope: Scope): Promise<GlassView[]> {
  return (await glassesIn(db, scope)).map((one) => glassView(one, scope.now));
}

async function hypothesesOf(db: Kysely<Database>, { incident }: IncidentRow): Promise<HypothesisView[]> {
  const rows = await db
    .selectFrom('incident_hypotheses')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('at')
    .orderBy('hypothesis')
    .execute();
  return rows.map(({ hypothesis, text, by_whom, at, verdict, because, judged_by, judged_at }) => ({
    hypothesis,
    text,
    by: by_whom,
    at,
    verdict,
    because,
    judgedBy: judged_by,
    judgedAt: judged_at,
  }));
}
