/** The tables that all fleets of an installation share. `installation/*.sql` is the truth. */
import type { FactorKind, Role } from '@tuesday/protocol';
import type { ColumnType, Generated } from 'kysely';

interface OrganisationsTable {
  organisation: string;
  name: string;
  created_at: number;
}

interface FleetsTable {
  fleet: string;
  organisation: string;
  name: string;
  /** PostgreSQL schema with the fleet's tables. */
  tables: string;
  created_at: number;
}

export interface PeopleTable {
  person: string;
  organisation: string;
  display: string;
  email: string | null;
  state: Generated<'invited' | 'active' | 'disabled'>;
  password: string | null;
  totp: Buffer | null;
  totp_step: Generated<number>;
  oidc_subject: string | null;
  created_at: number;
}

interface RolesTable {
  person: string;
  fleet: string;
  role: Role;
}

interface PasskeysTable {
  passkey: string;
  person: string;
  public_key: Buffer;
  counter: number;
  transports: Generated<string[]>;
  label: string;
  created_at: number;
  last_used_at: number | null;
}

interface RecoveryCodesTable {
  person: string;
  hash: Buffer;
  used_at: number | null;
}

interface InvitationsTable {
  hash: Buffer;
  person: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

interface CeremoniesTable {
  ceremony: string;
  kind: string;
  person: string | null;
  purpose: string;
  challenge: string;
  rp: Generated<string>;
  origin: Generated<string>;
  expires_at: number;
}

interface SessionsTable {
  session: string;
  hash: Buffer;
  person: string | null;
  token: string | null;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  origin: string;
  agent: string;
  factor: FactorKind | null;
  revoked_at: number | null;
}

interface TokensTable {
  token: string;
  hash: Buffer;
  label: string;
  organisation: string;
  person: string | null;
  fleet: string;
  roles: Role[];
  installation: Generated<boolean>;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
}

interface PlacedDevicesTable {
  device: string;
  fleet: string;
}

interface AttemptsTable {
  key: string;
  failures: number;
  last_at: number;
  locked_until: Generated<number>;
}

interface AuditEntriesTable {
  organisation: string;
  seq: number;
  at: number;
  fleet: string | null;
  actor: string;
  person: string | null;
  origin: string | null;
  factor: FactorKind | null;
  verb: string;
  object: string;
  because: string;
  before: ColumnType<unknown, string | null | undefined, string | null>;
  after: ColumnType<unknown, string | null | undefined, string | null>;
  previous: string;
  hash: string;
}

interface AuditCheckpointsTable {
  organisation: string;
  number: number;
  seq: number;
  at: number;
  hash: string;
  keyid: string;
  /** 32 bytes, hex. */
  public_key: string;
  sig: string;
}

export interface InstallationTables {
  'installation.organisations': OrganisationsTable;
  'installation.fleets': FleetsTable;
  'installation.people': PeopleTable;
  'installation.roles': RolesTable;
  'installation.passkeys': PasskeysTable;
  'installation.recovery_codes': RecoveryCodesTable;
  'installation.invitations': InvitationsTable;
  'installation.ceremonies': CeremoniesTable;
  'installation.sessions': SessionsTable;
  'installation.tokens': TokensTable;
  'installation.devices': PlacedDevicesTable;
  'installation.attempts': AttemptsTable;
  'installation.audit_entries': AuditEntriesTable;
  'installation.audit_checkpoints': AuditCheckpointsTable;
}
