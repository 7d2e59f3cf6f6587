/** The tables of consent, as Kysely sees them. `migrations/0006-consent.sql` is the truth. */
import type { FactorKind, GlassAct, Subject } from '@tuesday/protocol';
import type { ColumnType, GeneratedAlways } from 'kysely';

export interface ApprovalRequestsTable {
  approval: string;
  subject: Subject;
  object: string;
  digest: string;
  covers: ColumnType<Record<string, unknown>, string, string>;
  words: string[];
  requester: string;
  requester_person: string | null;
  barred: string[];
  because: string;
  needed: number;
  named: string[];
  created_at: number;
  expires_at: number;
  expired_at: number | null;
  withdrawn_at: number | null;
  voided_at: number | null;
  void_because: string | null;
  used_at: number | null;
}

interface ConsentsTable {
  consent: GeneratedAlways<number>;
  approval: string;
  person: string;
  on_behalf_of: string | null;
  factor: FactorKind;
  at: number;
  withdrawn_at: number | null;
}

interface DelegationsTable {
  delegation: string;
  delegator: string;
  delegate: string;
  made_at: number;
  from_at: number;
  until_at: number;
  revoked_at: number | null;
}

export interface GlassesTable {
  glass: string;
  act: GlassAct;
  object: string;
  person: string;
  because: string;
  factor: FactorKind;
  at: number;
  expires_at: number;
  expired_at: number | null;
  used_at: number | null;
  due_at: number;
  closed_at: number | null;
  closed_by: string | null;
  finding: string | null;
  reminded_at: number | null;
}

export interface ConsentTables {
  approval_requests: ApprovalRequestsTable;
  consents: ConsentsTable;
  delegations: DelegationsTable;
  glasses: GlassesTable;
}
