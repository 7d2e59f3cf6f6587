/** Reads what a batch of reports is about: devices with their memberships, and which outcomes are known. */
import type { PoolClient } from 'pg';
import type { StoredState } from '../db/schema.ts';
import type { CheckInReport, Member, OutcomeReport, Report } from './report.ts';

export interface LoadedDevice {
  readonly held: string | null;
  readonly reportHash: Buffer | null;
}

export interface Loaded {
  readonly devices: ReadonlyMap<string, LoadedDevice>;
  /** By `memberKey`. */
  readonly members: ReadonlyMap<string, Member>;
  /** By `outcomeKey`: durable before this batch. */
  readonly outcomes: ReadonlySet<string>;
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
}

const MEMBER = 'm.rollout, m.stage, m.environment, m.state, m.state_at, m.because, m.exposed, m.recalled';

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
  const outcomes = new Set<string>();
  const checkIns = reports.filter((report) => report.kind === 'check-in');
  if (checkIns.length > 0) await loadDevices(client, checkIns, active, devices, members);
  const facts = reports.filter((report) => report.kind === 'outcome');
  if (facts.length > 0) await loadOutcomes(client, facts, members, outcomes);
  return { devices, members, outcomes };
}

async function loadDevices(
  client: PoolClient,
  reports: readonly CheckInReport[],
  active: readonly string[],
  devices: Map<string, LoadedDevice>,
  members: Map<string, Member>,
): Promise<void> {
  const { rows } = await client.query<MemberColumns & { held: string | null; report_hash: Buffer | null }>({
    name: 'load-devices',
    text: `SELECT d.device, d.held, d.report_hash, ${MEMBER}
      FROM unnest($1::text[]) AS asked (device)
      JOIN devices d ON d.device = asked.device
      LEFT JOIN members m ON m.device = asked.device AND m.rollout = ANY($2)`,
    values: [[...new Set(reports.map((report) => report.device))], active],
  });
  for (const row of rows) {
    devices.set(row.device, { held: row.held, reportHash: row.report_hash });
    keepMember(members, row);
  }
}

async function loadOutcomes(
  client: PoolClient,
  reports: readonly OutcomeReport[],
  members: Map<string, Member>,
  outcomes: Set<string>,
): Promise<void> {
  const { rows } = await client.query<MemberColumns & { n: number; known: boolean }>({
    name: 'load-outcomes',
    text: `SELECT asked.device, asked.n::int AS n, o.device IS NOT NULL AS known, ${MEMBER}
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
        WITH ORDINALITY AS asked (device, rollout, offer, kind, n)
      LEFT JOIN members m ON m.device = asked.device AND m.rollout = asked.rollout
      LEFT JOIN outcomes o ON o.device = asked.device AND o.offer = asked.offer AND o.kind = asked.kind`,
    values: [
      reports.map((report) => report.device),
      reports.map((report) => report.body.rollout),
      reports.map((report) => report.body.offer),
      reports.map((report) => report.body.kind),
    ],
  });
  for (const row of rows) {
    const report = reports[row.n - 1];
    if (row.known && report) outcomes.add(outcomeKey(row.device, report.body.offer, report.body.kind));
    keepMember(members, row);
  }
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
  });
}
