/** The tables of what people see of the fleet. `migrations/0014-fleet-views.sql` is the truth. */
import type { ColumnType, Generated } from 'kysely';

interface FleetCountsTable {
  what: 'enrolled' | 'unhealthy';
  shard: number;
  devices: number;
}

interface FleetHistoryTable {
  at: number;
  kind: 'all' | 'silent' | 'unhealthy' | 'version';
  name: string;
  devices: number;
}

interface SavedFiltersTable {
  name: string;
  filter: string;
  by_whom: string;
  at: number;
}

interface DeviceEventsTable {
  device: string;
  seq: Generated<number>;
  at: number;
  offer: string | null;
  body: ColumnType<unknown, string, string>;
}

export interface FleetTables {
  fleet_counts: FleetCountsTable;
  fleet_history: FleetHistoryTable;
  saved_filters: SavedFiltersTable;
  device_events: DeviceEventsTable;
}
