/** What people did about an incident, from the audit log: on the incident, its rollout, and its harmed devices. */
import type { TimelineEntryView } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { harmedSql } from './harmed.ts';
import type { Scope } from './scope.ts';

const SHOWN = 500;

/** As sentences; what is not here is shown by its verb. */
const WORDS: Readonly<Record<string, string>> = {
  'incident.open': 'The incident was opened',
  'incident.mitigate': 'Nothing new goes wrong',
  'incident.close': 'The incident was closed',
  'incident.reopen': 'The incident was opened again',
  'incident.suppose': 'A hypothesis',
  'incident.judge': 'A hypothesis was judged',
  'incident.visits': 'Visits were recorded',
  'recovery.plan': 'A recovery campaign was planned',
  'recovery.start': 'A recovery campaign was started',
  'recovery.stop': 'A recovery campaign was stopped',
  'recovery.finish': 'A recovery campaign was finished',
  'recovery.visit': 'A technician was at a device',
  'recovery.give-up': 'A device was given up',
  'incident.text': 'A text was saved',
  'rollout.create': 'The rollout was written',
  'rollout.rehearse': 'A rehearsal was attached',
  'rollout.start-refused': 'A start was refused',
  'rollout.acknowledge': 'Somebody is at it',
  'rollout.halt-again': 'Somebody else halted it, too',
  'watch.escalate': 'Everybody was told',
  'watch.want': 'Somebody is wanted on watch',
  'watch.acknowledge': 'Somebody said that they watch',
  'device.hold': 'A device was held',
  'device.unhold': 'A hold was raised',
  'device.retry': 'A device was allowed to try again',
};

interface Row {
  readonly at: number;
  readonly actor: string;
  readonly verb: string;
  readonly object: string;
  readonly because: string;
}

/** Events of the rollout and notes are in the timeline already, so their entries are left out. */
export async function readActs(db: Kysely<Database>, scope: Scope): Promise<TimelineEntryView[]> {
  const { row, rollout, since, until } = scope;
  const place = sql`organisation = (SELECT f.organisation FROM installation.fleets f WHERE f.tables = current_schema())
    AND fleet = (SELECT f.fleet FROM installation.fleets f WHERE f.tables = current_schema())`;
  const onRollout = rollout
    ? sql`(object = ${`rollout ${rollout.rollout}`} AND at >= ${since} AND at <= ${until}
        AND NOT coalesce(jsonb_exists(after, 'events'), false))`
    : sql`false`;
  const { rows } = await sql<Row>`
    SELECT at, actor, verb, object, because FROM installation.audit_entries
    WHERE ${place} AND ((object = ${`incident ${row.incident}`} AND verb <> 'incident.note') OR ${onRollout}
      OR object IN (SELECT 'recovery ' || r.recovery FROM recoveries r WHERE r.incident = ${row.incident})
      OR (split_part(verb, '.', 1) = 'device' AND at >= ${since} AND at <= ${until}
        AND object IN (SELECT 'device ' || h.device FROM (${harmedSql(scope)}) AS h)))
    ORDER BY seq DESC LIMIT ${sql.lit(SHOWN)}`.execute(db);
  return rows.reverse().map(entryOf);
}

function entryOf({ at, actor, verb, object, because }: Row): TimelineEntryView {
  const [kind = '', id = ''] = object.split(' ');
  const pages: Readonly<Record<string, string>> = {
    rollout: 'rollouts',
    device: 'devices',
    recovery: 'recoveries',
  };
  const page = pages[kind];
  return {
    at,
    kind: verb === 'rollout.acknowledge' || verb.startsWith('watch.') ? 'watch' : 'act',
    who: actor,
    what: `${WORDS[verb] ?? verb}${kind === 'device' ? ` (${id})` : ''}`,
    because,
    path: page === undefined ? null : `/${page}/${encodeURIComponent(id)}`,
  };
}
