/** What happened to one device, newest first: its events, the outcomes of its offers, and what people did to it. */
import {
  type CheckIn,
  type OrRefused,
  refuse,
  type TimelineEntry,
  type TimelineView,
} from '@tuesday/protocol';
import { versionOf } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';

type Parts = Pick<Context, 'db' | 'organisation' | 'fleet'>;
type ReportEntry = Extract<TimelineEntry, { kind: 'report' }>;

export async function viewTimeline(
  { db, organisation, fleet }: Parts,
  device: string,
  limit: number,
): Promise<OrRefused<TimelineView>> {
  const row = await db
    .selectFrom('devices')
    .select(['hardware', 'enrolled_at'])
    .where('device', '=', device)
    .executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no device ${device}`) };
  const events = await readEvents(db, device);
  const entries: TimelineEntry[] = [
    ...events,
    ...(await readOutcomes(db, device, limit)),
    ...(await readActs(db, { organisation, fleet, device, limit })),
    { kind: 'enrolled', at: row.enrolled_at, hardware: row.hardware },
  ];
  // Of the same millisecond the report comes after what came of it.
  entries.sort((a, b) => b.at - a.at);
  return {
    entries: entries.slice(0, limit),
    boots: bootsIn(events.filter((one): one is ReportEntry => one.kind === 'report')),
  };
}

async function readEvents(db: Kysely<Database>, device: string): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('device_events')
    .select(['at', 'offer', 'body'])
    .where('device', '=', device)
    .orderBy('seq', 'desc')
    .execute();
  return rows.map(({ at, offer, body }): TimelineEntry => {
    if (offer !== null)
      return {
        kind: 'offered',
        at,
        offer,
        ...(body as { rollout: string; version: string; recall: boolean; retry: boolean }),
      };
    const report = body as CheckIn;
    return {
      kind: 'report',
      at,
      version: versionOf(report) ?? null,
      active: report.active,
      slots: report.slots,
      bootAttempts: report.bootAttempts,
      healthy: report.health.ok,
      failing: report.health.failing ?? null,
      errors: report.errors,
      trouble: report.trouble ?? [],
      transport: report.transport,
    };
  });
}

async function readOutcomes(db: Kysely<Database>, device: string, limit: number): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('outcomes')
    .select(['body', 'received_at'])
    .where('device', '=', device)
    .orderBy('received_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ body, received_at }) => ({
    kind: 'outcome',
    at: received_at,
    offer: body.offer,
    rollout: body.rollout,
    outcome: body.kind,
    running: body.running,
    code: body.code ?? null,
    errorCode: body.errorCode ?? null,
    because: body.because,
  }));
}

interface Asked {
  organisation: string;
  fleet: string;
  device: string;
  limit: number;
}

async function readActs(
  db: Kysely<Database>,
  { organisation, fleet, device, limit }: Asked,
): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('installation.audit_entries')
    .select(['at', 'actor', 'verb', 'because'])
    .where('organisation', '=', organisation)
    .where('object', '=', `device ${device}`)
    .where('fleet', '=', fleet)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ at, actor, verb, because }) => ({ kind: 'act', at, by: actor, verb, because }));
}

/** A boot is where another slot, another version or another attempt runs than in the report before. */
function bootsIn(newestFirst: readonly ReportEntry[]): TimelineView['boots'] {
  const boots: TimelineView['boots'] = [];
  let before: ReportEntry | undefined;
  for (const report of newestFirst.toReversed()) {
    const isBoot =
      before?.active !== report.active ||
      before.version !== report.version ||
      report.bootAttempts > before.bootAttempts;
    before = report;
    if (!isBoot) continue;
    const { state } = report.slots[report.active];
    const on = state === 'trying' ? 'trial' : state === 'confirmed' ? 'confirmed' : 'unknown';
    boots.push({
      at: report.at,
      slot: report.active,
      version: report.version,
      on,
      attempts: report.bootAttempts,
    });
  }
  return boots.toReversed();
}
