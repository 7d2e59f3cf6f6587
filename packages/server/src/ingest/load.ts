/** Reads what a batch of reports is about: devices with their memberships. New outcomes are kept on the way. */
import { RESCUE_ROLLOUT, rescueVersion } from '@tuesday/protocol';
import type { PoolClient } from 'pg';
import { plainArray, textArray } from '../db/text-array.ts';
import type { StoredState } from '../db/schema.ts';
import { isOfferOf } from './judgement.ts';
import type { KnownReport } from './overtaken.ts';
import type { CheckInReport, Member, OutcomeReport, Report } from './report.ts';

interface LoadedDevice {
  readonly held: string | null;
  /** Its last report; undefined before the first. */
  readonly report: KnownReport | undefined;
}

export interface Loaded {
  readonly devices: ReadonlyMap<string, LoadedDevice>;
  /** By `memberKey`. */
  readonly members: ReadonlyMap<string, Member>;
  /** By `outcomeKey`: written by this transaction, so not heard before. */
  readonly fresh: Set<string>;
}

interface MemberColumns {
  device: string;
  rollout: string | null;
  stage: number;
  environment: Record<string, string>;
  state: StoredState;
  state_at: number;
  because: string;
  exposed: boolean;
  recalled: boolean;
  standing: string[];
  retries: number;
  retrying: boolean;
}

interface DeviceColumns {
  held: string | null;
  report_hash: Buffer | null;
  reported_at: number | null;
  updates: number | null;
}

// Each look-up is LATERAL with OFFSET 0, so that it is made row by row by primary key: a plan that was made
// while the tables were small would otherwise read them whole for ever. `|| ''` keeps the planner from the
// index of members by rollout and state.
const MEMBER =
  'm.rollout, m.stage, m.environment, m.state, m.state_at, m.because, m.exposed, m.recalled, m.standing, m.retries, m.retrying';

export const memberKey = (device: string, rollout: string) => `${device}\0${rollout}`;
export const outcomeKey = (device: string, offer: string, kind: string) => `${device}\0${offer}\0${kind}`;

/** @param active ids of the rollouts that check-ins can concern */
export async function load(
  client: PoolClient,
  reports: readonly Report[],
  active: readonly string[],
): Promise<Loaded> {
  const devices = new Map<string, LoadedDevice>();
  const members = new Map<string, Member>();
  const fresh = new Set<string>();
  const checkIns = reports.filter((report) => report.kind === 'check-in');
  if (checkIns.length > 0) await loadDevices(client, checkIns, active, devices, members);
  const facts = reports.filter(
    (report) => report.kind === 'outcome' && isOfferOf(report.body.rollout, report.body.offer),
  ) as OutcomeReport[];
  if (facts.length > 0) await loadOutcomes(client, facts, members, fresh);
  const rescues = reports.filter(
    (report): report is OutcomeReport =>
      report.kind === 'outcome' && rescueVersion(report.body) !== undefined,
  );
  if (rescues.length > 0) await keepRescues(client, rescues);
  return { devices, members, fresh };
}

async function loadDevices(
  client: PoolClient,
  reports: readonly CheckInReport[],
  active: readonly string[],
  devices: Map<string, LoadedDevice>,
  members: Map<string, Member>,
): Promise<void> {
  const { rows } = await client.query<MemberColumns & DeviceColumns>({
    name: 'load-devices',
    text: `SELECT d.device, d.held, d.report_hash, d.reported_at,
        (d.report->>'updates')::bigint AS updates, ${MEMBER}
      FROM unnest($1::text[]) AS asked (device)
      JOIN LATERAL (SELECT * FROM devices d WHERE d.device = asked.device OFFSET 0) AS d ON true
      LEFT JOIN LATERAL (
        SELECT * FROM members m WHERE m.device = asked.device AND m.rollout || '' = ANY($2) OFFSET 0
      ) AS m ON true`,
    values: [textArray([...new Set(reports.map((report) => report.device))]), active],
  });
  for (const row of rows) {
    devices.set(row.device, { held: row.held, report: knownReport(row) });
    keepMember(members, row);
  }
}

function knownReport({
  report_hash: hash,
  reported_at: at,
  updates,
}: DeviceColumns): KnownReport | undefined {
  return hash === null ? undefined : { hash, at: at ?? 0, updates: updates ?? 0 };
}

async function loadOutcomes(
  client: PoolClient,
  reports: readonly OutcomeReport[],
  members: Map<string, Member>,
  fresh: Set<string>,
): Promise<void> {
  const { rows } = await client.query<MemberColumns & { offer: string | null; kind: string | null }>({
    name: 'load-outcomes',
    text: `WITH asked AS MATERIALIZED (
        SELECT asked.*, ${MEMBER}
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::bigint[])
          AS asked (device, of_rollout, offer, kind, body, received_at)
        JOIN LATERAL (
          SELECT * FROM members m WHERE m.device = asked.device AND m.rollout || '' = asked.of_rollout OFFSET 0
        ) AS m ON true
      ), fresh AS (
        INSERT INTO outcomes (device, offer, kind, body, received_at)
        SELECT device, offer, kind, body, received_at FROM asked
        WHERE offer = of_rollout || '.r1' OR substring(offer FROM '\\.u([0-9]+)$')::int <= 1 + retries
        ON CONFLICT DO NOTHING
        RETURNING device, offer, kind
      )
      SELECT m.device, NULL AS offer, NULL AS kind, ${MEMBER} FROM asked AS m
      UNION ALL
      SELECT device, offer, kind, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM fresh`,
    values: [
      textArray(reports.map((report) => report.device)),
      textArray(reports.map((report) => report.body.rollout)),
      textArray(reports.map((report) => report.body.offer)),
      textArray(reports.map((report) => report.body.kind)),
      textArray(reports.map((report) => report.text)),
      plainArray(reports.map((report) => report.at)),
    ],
  });
  for (const row of rows) {
    if (row.offer !== null && row.kind !== null) fresh.add(outcomeKey(row.device, row.offer, row.kind));
    keepMember(members, row);
  }
}

/** A device names its own rescues: it can fill its own page with them, and no more than that. */
const RESCUES_KEPT = 64;

/** What devices did without an offer: kept beside the outcomes of offers, counted in no trial. */
async function keepRescues(client: PoolClient, reports: readonly OutcomeReport[]): Promise<void> {
  await client.query({
    name: 'keep-rescues',
    text: `INSERT INTO outcomes (device, offer, kind, body, received_at)
      SELECT asked.* FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bigint[])
        AS asked (device, offer, kind, body, received_at)
      WHERE (
        SELECT count(*) FROM outcomes o WHERE o.device = asked.device AND starts_with(o.offer, $6)
      ) < $7
      ON CONFLICT DO NOTHING`,
    values: [
      textArray(reports.map((report) => report.device)),
      textArray(reports.map((report) => report.body.offer)),
      textArray(reports.map((report) => report.body.kind)),
      textArray(reports.map((report) => report.text)),
      plainArray(reports.map((report) => report.at)),
      `${RESCUE_ROLLOUT}.`,
      RESCUES_KEPT,
    ],
  });
}

function keepMember(members: Map<string, Member>, row: MemberColumns): void {
  if (row.rollout === null) return;
  const key = memberKey(row.device, row.rollout);
  if (members.has(key)) return;
  members.set(key, {
    device: row.device,
    rollout: row.rollout,
    stage: row.stage,
    environment: row.environment,
    state: row.state,
    stateAt: row.state_at,
    because: row.because,
    exposed: row.exposed,
    recalled: row.recalled,
    standing: row.standing,
    retries: row.retries,
    retrying: row.retrying,
  });
}
