/** Every device of a scope with its roads and where it stands: derived as it is asked for, in the order of the ids. */
import type { CampaignRoad, CampaignStanding, HealedBy, Instant, Taken } from '@tuesday/protocol';
import { firstOpen, fitOf, type Roads, roadsTo, standingIn, type Stands } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { type Hearer, readHearers } from './neighbours.ts';
import type { Scope } from './scope.ts';

interface Row {
  readonly device: string;
  readonly hardware: string;
  readonly version: string | null;
  readonly lastSeen: Instant | null;
  readonly reportedAt: Instant | null;
  readonly healthy: boolean | null;
  readonly failing: string | null;
  readonly confirmed: boolean | null;
  readonly inRescue: boolean;
  readonly rolledBackFrom: string[];
  readonly visitedAt: Instant | null;
  readonly givenUpAt: Instant | null;
  readonly givenUpBecause: string | null;
  readonly tookAt: Instant | null;
  readonly tookVersion: string | null;
  readonly tookRoad: Taken | null;
}

export interface CampaignDevice extends Row {
  readonly hearers: readonly Hearer[];
  readonly roads: Roads;
  readonly road: CampaignRoad | null;
  readonly standing: CampaignStanding;
  readonly healedBy: HealedBy | null;
}

export async function readDevices(db: Kysely<Database>, scope: Scope): Promise<CampaignDevice[]> {
  const hearers = await readHearers(db, scope);
  const { rows } = await sql<Row>`
    SELECT s.device, d.hardware, running_version(d.report) AS version, c.last_seen AS "lastSeen",
      d.reported_at AS "reportedAt",
      (d.report -> 'health' ->> 'ok')::boolean AS healthy, d.report -> 'health' ->> 'failing' AS failing,
      d.report -> 'slots' -> (d.report ->> 'active') ->> 'state' = 'confirmed' AS confirmed,
      coalesce(d.report -> 'trouble' @> '[{"code":"in-rescue"}]', false) AS "inRescue",
      coalesce(d.report -> 'rolledBackFrom', '[]') AS "rolledBackFrom",
      s.visited_at AS "visitedAt", s.given_up_at AS "givenUpAt", s.given_up_because AS "givenUpBecause",
      o.received_at AS "tookAt", o.body ->> 'running' AS "tookVersion", o.road AS "tookRoad"
    FROM (${scope.source}) AS s JOIN devices d ON d.device = s.device
      LEFT JOIN contacts c ON c.device = s.device
      LEFT JOIN LATERAL (
        -- Bytes of an offer come from the server, unless the device says otherwise.
        SELECT o.received_at, o.body, coalesce(o.body -> 'road',
          CASE WHEN NOT starts_with(o.offer, 'rescue.') THEN '{"by":"http"}'::jsonb END) AS road
        FROM outcomes o
        WHERE o.device = s.device AND o.kind IN ('installed', 'confirmed') AND o.received_at >= ${scope.startedAt}::bigint
        ORDER BY o.received_at DESC, o.kind LIMIT 1
      ) AS o ON true
    ORDER BY s.device COLLATE "C"`.execute(db);
  return rows.map((row) => complete(row, hearers.get(row.device) ?? [], scope));
}

function complete(row: Row, hearers: readonly Hearer[], scope: Scope): CampaignDevice {
  const { now, silentAfter, startedAt, waitMillis, release, signed, ofRelease } = scope;
  const { hardware, version, lastSeen, rolledBackFrom } = row;
  const running = version === null ? undefined : signed.get(version)?.get(hardware);
  const fit = fitOf({ release, hardware, signed: ofRelease, running, version, rolledBackFrom });
  const facts = { now, lastSeen, silentAfter, neighbours: hearers.length, fit, startedAt, waitMillis };
  const roads = roadsTo(facts);
  const road = firstOpen(roads, scope.roads);
  return { ...row, hearers, roads, road, ...standingOf(row, road, scope) };
}

function standingOf(row: Row, road: CampaignRoad | null, scope: Scope): Stands {
  const { startedAt, now, silentAfter, broken } = scope;
  const { lastSeen, visitedAt, version, tookAt, tookRoad } = row;
  return standingIn({
    startedAt,
    lastSeen,
    now,
    silentAfter,
    well: isWell(row),
    runsBroken: broken !== null && version === broken,
    took: tookAt === null ? null : { at: tookAt, road: tookRoad ?? undefined },
    visitedAt,
    givenUp: row.givenUpAt !== null,
    road,
  });
}

/** As it was heard last. */
export function isWell({
  healthy,
  confirmed,
  inRescue,
}: Pick<Row, 'healthy' | 'confirmed' | 'inRescue'>): boolean {
  return healthy === true && confirmed === true && !inRescue;
}
