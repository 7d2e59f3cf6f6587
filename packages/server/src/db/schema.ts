/** The tables as Kysely sees them. `migrations/*.sql` is the truth. */
import type {
  Blame,
  ChannelRequest,
  CheckIn,
  NoticeKind,
  Outcome,
  OutcomeKind,
  Phase,
  Plan,
  Rehearsal,
  ReleaseManifest,
  RolloutEvent,
} from '@tuesday/protocol';
import type { RolloutState, StoredState, TrialLayout, UntestedRules } from '@tuesday/rollout';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { CodeTables } from './schema-codes.ts';
import type { ConsentTables } from './schema-consent.ts';
import type { DeltaTables } from './schema-deltas.ts';
import type { IncidentTables } from './schema-incidents.ts';
import type { FleetTables } from './schema-fleet.ts';
import type { InstallationTables } from './schema-installation.ts';
import type { RecoveryTables } from './schema-recoveries.ts';
import type { ParityTables } from './schema-parity.ts';

/** A `jsonb` column: comes parsed, goes in as JSON text. */
type Json<T> = ColumnType<T, string, string>;
/** The same, with a default. */
type JsonDefault<T> = ColumnType<T, string | undefined, string>;

export type { StoredState } from '@tuesday/rollout';

interface SettingsTable {
  key: string;
  value: Json<unknown>;
}

interface FleetKeysTable {
  hash: Buffer;
  created_at: number;
}

interface DevicesTable {
  device: string;
  hardware: string;
  token_hash: Buffer;
  enrolled_at: number;
  /** Why the device is held; null when it is not. */
  held: string | null;
  report: ColumnType<CheckIn | null, string | null | undefined, string | null>;
  report_hash: Buffer | null;
  reported_at: number | null;
  trouble_at: number | null;
  trouble: ColumnType<string[] | null, string | null | undefined, string | null>;
}

interface ContactsTable {
  device: string;
  last_seen: number;
}

interface MembersTable {
  device: string;
  rollout: string;
  stage: number;
  stratum: string;
  environment: Json<Record<string, string>>;
  state: Generated<StoredState>;
  state_at: number;
  because: Generated<string>;
  exposed: Generated<boolean>;
  recalled: Generated<boolean>;
  /** Failing codes and checks from before it ran the release. */
  standing: Generated<string[]>;
  /** Second tries that were allowed. */
  retries: Generated<number>;
  /** The last of them has not come to an end. */
  retrying: Generated<boolean>;
}

interface OutcomesTable {
  device: string;
  offer: string;
  kind: OutcomeKind;
  body: Json<Outcome>;
  received_at: number;
}

export interface ReleasesTable {
  version: string;
  state: Generated<string>;
  manifest: Json<ReleaseManifest>;
  created_at: number;
  published_at: number | null;
  targets_version: number | null;
  payload: string | null;
  signatures: JsonDefault<unknown[]>;
}

interface ArtifactsTable {
  sha256: string;
  size: number;
  uploaded_at: number;
}

interface TrustMetadataTable {
  role: string;
  version: number;
  body: string;
}

interface TrustOnlineKeysTable {
  role: string;
  keyid: string;
  sealed: Buffer;
}

export interface RolloutsTable {
  rollout: string;
  name: string;
  release: string;
  way_back: string;
  plan: Json<Plan>;
  plan_digest: string;
  seed: string;
  state: Json<RolloutState>;
  phase: Phase;
  seq: Generated<number>;
  because: Generated<string>;
  look_again_at: number | null;
  blame: JsonDefault<Blame[]>;
  stage_sizes: JsonDefault<number[]>;
  devices: Generated<number>;
  created_at: number;
  trial_layout: ColumnType<TrialLayout | null, string | null | undefined, string | null>;
  followed_at: number | null;
  followed_stage: Generated<number>;
  trial_epoch: Generated<number>;
  rehearsal: ColumnType<Rehearsal | null, string | null | undefined, string | null>;
  author: Generated<string>;
  author_person: string | null;
  rehearsed_by: string | null;
  untested_rules: ColumnType<UntestedRules | null, string | null | undefined, string | null>;
  untested_seq: Generated<number>;
}

interface RolloutEventsTable {
  rollout: string;
  seq: number;
  at: number;
  actor: string;
  event: Json<RolloutEvent>;
  because: string;
}

interface EvidenceCountsTable {
  rollout: string;
  stage: number;
  attribute: string;
  value: string;
  state: StoredState;
  shard: number;
  devices: number;
}

interface EvidenceFlowTable {
  rollout: string;
  bucket: number;
  stage: number;
  attribute: string;
  value: string;
  state: StoredState;
  shard: number;
  entered: number;
  departed: number;
}

export interface FollowedTable {
  rollout: string;
  stage: number;
  device: string;
  arm: number;
  cohort: number;
  stratum: number;
  slices: number[];
  enrolled_at: number | null;
  entered_at: number | null;
  standing: ColumnType<string[] | null, string | null | undefined, string | null>;
  attempted: number | null;
  lost: number | null;
  entered: number | null;
  trouble: number | null;
  metric: number | null;
  silence_1: number | null;
  silence_2: number | null;
  silence_3: number | null;
  departed: number | null;
}

interface TrialCellsTable {
  rollout: string;
  stage: number;
  bucket: number;
  stratum: number;
  slice: number;
  arm: number;
  tallies: number[];
}

interface OutboxTable {
  id: GeneratedAlways<number>;
  at: number;
  effect: Json<unknown>;
  attempts: Generated<number>;
  lease_until: ColumnType<Date, Date | undefined, Date>;
  done_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  failure: string | null;
  /** The notice channel that it is for; null for announcements. */
  channel: string | null;
  put_at: ColumnType<Date, never, never>;
}

interface WatchAcknowledgementsTable {
  rollout: string;
  person: string;
  at: number;
  stands_in: number | null;
}

interface HaltAcknowledgementsTable {
  rollout: string;
  seq: number;
  by_whom: string;
  at: number;
}

interface EscalationsTable {
  rollout: string;
  what: string;
  at: number;
}

export interface NoticeChannelsTable {
  channel: string;
  name: string;
  kinds: NoticeKind[];
  by: ChannelRequest['to']['by'];
  shown: string;
  sealed: Buffer;
  created_at: number;
  last_delivered_at: number | null;
  failed_at: number | null;
  failure: string | null;
  attempts: Generated<number>;
}

interface HookMessagesTable {
  channel: string;
  message: string;
  received_at: ColumnType<Date, never, never>;
}

export interface Database
  extends
    InstallationTables,
    CodeTables,
    ConsentTables,
    DeltaTables,
    FleetTables,
    IncidentTables,
    ParityTables,
    RecoveryTables {
  settings: SettingsTable;
  fleet_keys: FleetKeysTable;
  devices: DevicesTable;
  contacts: ContactsTable;
  members: MembersTable;
  outcomes: OutcomesTable;
  releases: ReleasesTable;
  artifacts: ArtifactsTable;
  trust_metadata: TrustMetadataTable;
  trust_online_keys: TrustOnlineKeysTable;
  rollouts: RolloutsTable;
  rollout_events: RolloutEventsTable;
  evidence_counts: EvidenceCountsTable;
  evidence_flow: EvidenceFlowTable;
  followed: FollowedTable;
  trial_cells: TrialCellsTable;
  outbox: OutboxTable;
  watch_acknowledgements: WatchAcknowledgementsTable;
  halt_acknowledgements: HaltAcknowledgementsTable;
  escalations: EscalationsTable;
  notice_channels: NoticeChannelsTable;
  hook_messages: HookMessagesTable;
}
