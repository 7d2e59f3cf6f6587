/** The tables of deltas. `migrations/0008-deltas.sql` is the truth. */
import type { ColumnType, Generated } from 'kysely';

interface DeltaPlansTable {
  release: string;
  planned_at: number;
}

export interface DeltasTable {
  from_sha256: string;
  to_sha256: string;
  from_version: string;
  to_version: string;
  hardware: string;
  state: Generated<'wanted' | 'made' | 'none'>;
  /** Of the delta itself. */
  sha256: string | null;
  size: number | null;
  because: Generated<string>;
  attempts: Generated<number>;
  lease_until: ColumnType<Date, Date | undefined, Date>;
  planned_at: number;
  settled_at: number | null;
}

export interface DeltaTables {
  delta_plans: DeltaPlansTable;
  deltas: DeltasTable;
}
