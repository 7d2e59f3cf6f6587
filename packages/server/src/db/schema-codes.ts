/** Tables of error codes and tickets. */
import type { DeclaredErrorCode, HookFields, StubSource, TicketDesk, WrittenCode } from '@tuesday/protocol';
import type { ColumnType, Generated } from 'kysely';

interface DocumentedCodesTable {
  code: string;
  release: string;
  published_at: number;
  /** As it was declared; what was declared before there were defaults lacks them. */
  entry: ColumnType<Partial<DeclaredErrorCode>, string, string>;
}

interface CodeSightingsTable {
  device: string;
  code: string;
  at: number;
  release: string;
  environment: ColumnType<Record<string, string> | null, string, string | null>;
  counted: Generated<boolean>;
}

export interface CodeStubsTable {
  code: string;
  opened_at: number;
  seen_by: StubSource;
  first_device: string | null;
  first_release: string | null;
  first_environment: ColumnType<Record<string, string> | null, string | null | undefined, string | null>;
  devices: Generated<number>;
  entry: ColumnType<WrittenCode | null, string | null | undefined, string | null>;
  written_at: number | null;
  written_by: string | null;
  told_at: number | null;
  paged_at: number | null;
  closed_at: number | null;
  closed_by: string | null;
}

interface TicketsTable {
  ticket: string;
  code: string | null;
  device: string | null;
  customer: string | null;
  at: number;
}

export interface TicketHooksTable {
  hook: string;
  name: string;
  desk: TicketDesk;
  sealed: Buffer | null;
  prefix: string;
  fields: ColumnType<HookFields, string, string>;
  created_at: number;
  last_heard_at: number | null;
  tickets: Generated<number>;
}

export interface CodeTables {
  documented_codes: DocumentedCodesTable;
  code_sightings: CodeSightingsTable;
  code_stubs: CodeStubsTable;
  tickets: TicketsTable;
  ticket_hooks: TicketHooksTable;
}
