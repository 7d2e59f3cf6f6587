/** Tables of incidents. */
import type { HypothesisVerdict, IncidentCause, IncidentState, Reader } from '@tuesday/protocol';
import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';

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

interface IncidentTemplatesTable {
  reader: Reader;
  text: string | null;
  version: number;
  set_by: string;
  set_at: number;
}

interface IncidentTextsTable {
  incident: string;
  reader: Reader;
  text: string | null;
  version: number;
  by_whom: string;
  at: number;
  facts: JSONColumnType<Partial<Record<string, string>>>;
}

interface AddressRegisterTable {
  device: string;
  customer: string | null;
  address: string;
  contact: string | null;
  imported_at: number;
}

export interface IncidentTables {
  incidents: IncidentsTable;
  incident_notes: IncidentNotesTable;
  incident_hypotheses: IncidentHypothesesTable;
  incident_templates: IncidentTemplatesTable;
  incident_texts: IncidentTextsTable;
  address_register: AddressRegisterTable;
}
