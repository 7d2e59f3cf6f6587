/** Tables of incidents. */
import type { HypothesisVerdict, IncidentCause, IncidentState } from '@tuesday/protocol';
import type { Generated, GeneratedAlways } from 'kysely';

export interface IncidentsTable {
  incident: string;
  title: string;
  state: Generated<IncidentState>;
  cause: IncidentCause;
  rollout: string | null;
  release: string | null;
  code: string | null;
  because: string;
  opened_at: number;
  opened_by: string;
  mitigated_at: number | null;
  closed_at: number | null;
  closed_by: string | null;
  closing_note: string | null;
  visits: Generated<number>;
}

interface IncidentNotesTable {
  note: GeneratedAlways<number>;
  incident: string;
  at: number;
  by_whom: string;
  text: string;
}

export interface IncidentHypothesesTable {
  hypothesis: string;
  incident: string;
  text: string;
  by_whom: string;
  at: number;
  verdict: Generated<HypothesisVerdict>;
  because: string | null;
  judged_by: string | null;
  judged_at: number | null;
}

export interface IncidentTables {
  incidents: IncidentsTable;
  incident_notes: IncidentNotesTable;
  incident_hypotheses: IncidentHypothesesTable;
}
