/** Tables of recovery campaigns. */
import type { CampaignRoad, CampaignState } from '@tuesday/protocol';
import type { Generated } from 'kysely';

export interface RecoveriesTable {
  recovery: string;
  title: string;
  state: Generated<CampaignState>;
  incident: string | null;
  filter: string | null;
  release: string;
  roads: CampaignRoad[];
  visits_per_day: number;
  wait_hours: number;
  because: string;
  planned_at: number;
  planned_by: string;
  started_at: number | null;
  started_by: string | null;
  ended_at: number | null;
  ended_by: string | null;
  ended_because: string | null;
}

interface RecoveryDevicesTable {
  recovery: string;
  device: string;
  visited_at: number | null;
  given_up_at: number | null;
  given_up_because: string | null;
}

export interface RecoveryTables {
  recoveries: RecoveriesTable;
  recovery_devices: RecoveryDevicesTable;
}
