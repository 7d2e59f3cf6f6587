/** The tables of inventory and parity. `migrations/0010-inventory.sql` and `0011-parity.sql` are the truth. */
import type { Attestation, Cell, CellResult } from '@tuesday/protocol';
import type { ColumnType, Generated } from 'kysely';

interface EnvironmentCountsTable {
  attribute: string;
  value: string;
  shard: number;
  devices: number;
}

interface EnvironmentValuesTable {
  attribute: string;
  value: string;
  first_seen_at: number;
  told: Generated<boolean>;
}

interface EnvironmentHistoryTable {
  day: string;
  attribute: string;
  value: string;
  devices: number;
}

interface TestersTable {
  keyid: string;
  name: string;
  public_key: string;
  added_at: number;
  revoked_at: number | null;
}

interface AttestationsTable {
  sha256: string;
  release: string;
  hardware: string;
  keyid: string;
  envelope: ColumnType<Attestation, string, string>;
  at: number;
}

interface AttestedCellsTable {
  attestation: string;
  position: number;
  release: string;
  cell: ColumnType<Cell, string, string>;
  result: CellResult;
  because: string;
  at: number;
  real_seconds: number;
  device_seconds: number;
}

export interface ParityTables {
  environment_counts: EnvironmentCountsTable;
  environment_values: EnvironmentValuesTable;
  environment_history: EnvironmentHistoryTable;
  testers: TestersTable;
  attestations: AttestationsTable;
  attested_cells: AttestedCellsTable;
}
