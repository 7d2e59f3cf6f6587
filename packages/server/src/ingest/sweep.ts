/**
 * What time alone does to members: silence after no contact, proof after a healthy soak, and the way back
 * from silence after contact. In chunks, each with its counters in one transaction.
 */
import type { Instant } from '@tuesday/protocol';
import { toMillis } from '@tuesday/protocol';
import type { Pool, PoolClient } from 'pg';
import type { StoredState } from '../db/schema.ts';
import { type ActiveRollout, ActiveRollouts } from './active-rollouts.ts';
import { CounterChanges } from './counters.ts';
import { TELL_MOVED } from './elsewhere.ts';
import { writeCounters } from './write.ts';

/** How many members moved; null: another server was sweeping. */
export type Swept = { readonly silent: number; readonly back: number; readonly proven: number } | null;

/** Any number, the same for all servers, with the fleet's schema beside it; 7_205_759 is taken by migrations. */
const LOCK = 7_205_760;

const CHUNK = 2_000;

/** The slot that runs, by the device's last report. */
const REPORTED_SLOT = `(d.report -> 'slots' -> (d.report ->> 'active'))`;

interface Rule {
  readonly name: 'silent' | 'back' | 'proven';
  readonly because: string;
  /** SQL over members m, contacts c and devices d: $1 the rollout, $3 the limit, $4 and $5 the rule's own. */
  readonly where: string;
  /** State before → after. */
  readonly moves: Partial<Record<StoredState, StoredState>>;
}

const SILENT: Rule = {
  name: 'silent',
  because: 'no contact past the report deadline',
  where: 'c.last_seen <= $4 AND $5::int IS NULL',
  moves: { waiting: 'waiting-silent', installed: 'silent', proven: 'silent' },
};

const BACK: Rule = {
  name: 'back',
  because: 'in contact again',
  where: `c.last_seen > $4 AND $5::int IS NULL AND (m.state = 'waiting-silent' OR ${REPORTED_SLOT} ->> 'version' =
    (SELECT r.release FROM rollouts r WHERE r.rollout = $1))`,
  moves: { 'waiting-silent': 'waiting', silent: 'installed' },
};

const PROVEN: Rule = {
  name: 'proven',
  because: 'healthy and in contact for the whole soak',
  where: `m.stage = $5 AND c.last_seen >= m.state_at + $4 AND d.report #>> '{health,ok}' = 'true'
    AND ${REPORTED_SLOT} ->> 'state' = 'confirmed'`,
  moves: { installed: 'proven' },
};

export class Sweep {
  readonly #pool: Pool;
  readonly #shard: number;
  readonly #rollouts = new ActiveRollouts();

  readonly #hearingSince: Instant;

  /** @param hearingSince when this server began to hear devices: silence before it is nobody's */
  constructor(pool: Pool, shard: number, hearingSince: Instant = 0) {
    this.#pool = pool;
    this.#shard = shard;
    this.#hearingSince = hearingSince;
  }

  async sweepOnce(now: Instant): Promise<Swept> {
    const sums = { silent: 0, back: 0, proven: 0 };
    for (const rollout of await this.#rollouts.read(this.#pool)) {
      if (rollout.phase === 'recalled' || rollout.phase === 'completed') continue;
      for (const [rule, parameters] of rulesOf(rollout, now, this.#hearingSince)) {
        for (let moved = CHUNK; moved >= CHUNK;) {
          const chunk = await this.#chunk(rollout.rollout, rule, parameters, now);
          if (chunk === null) return null;
          moved = chunk;
          sums[rule.name] += moved;
        }
      }
    }
    return sums;
  }

  /** @returns members moved, or null when another server holds the lease */
  async #chunk(
    rollout: string,
    rule: Rule,
    parameters: readonly (number | null)[],
    now: Instant,
  ): Promise<number | null> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ mine: boolean }>(
        'SELECT pg_try_advisory_xact_lock($1, hashtext(current_schema())) AS mine',
        [LOCK],
      );
      const moved = rows[0]?.mine ? await this.#move(client, rollout, rule, parameters, now) : null;
      await client.query('COMMIT');
      return moved;
    } catch (cause) {
      await client.query('ROLLBACK').catch((error: Error) => (broken = error));
      throw cause;
    } finally {
      client.release(broken);
    }
  }

  async #move(
    client: PoolClient,
    rollout: string,
    rule: Rule,
    parameters: readonly (number | null)[],
    now: Instant,
  ): Promise<number> {
    const { rows } = await client.query<Moved>({
      name: `sweep-${rule.name}`,
      text: statement(rule),
      values: [rollout, now, CHUNK, ...parameters],
    });
    const counters = new CounterChanges();
    let members = 0;
    for (const row of rows) {
      if (row.attribute === '') members += row.devices;
      counters.moveValue(rollout, row.stage, row.attribute, row.value, row.old, row.state, now, row.devices);
    }
    await writeCounters(client, counters, this.#shard);
    if (members > 0) await client.query(TELL_MOVED);
    return members;
  }
}

interface Moved {
  stage: number;
  old: StoredState;
  state: StoredState;
  attribute: string;
  value: string;
  devices: number;
}

function rulesOf(rollout: ActiveRollout, now: Instant, hearingSince: Instant): [Rule, (number | null)[]][] {
  const deadline = now - rollout.silentAfterMillis;
  const stages = rollout.plan.stages.map((stage): [Rule, number[]] => [
    PROVEN,
    [toMillis(stage.soak), rollout.plan.stages.indexOf(stage)],
  ]);
  const last = rollout.plan.stages.at(-1);
  const holdOut: [Rule, number[]][] = last
    ? [[PROVEN, [toMillis(last.soak), rollout.plan.stages.length]]]
    : [];
  const silent: [Rule, (number | null)[]][] = hearingSince <= deadline ? [[SILENT, [deadline, null]]] : [];
  return [[BACK, [deadline, null]], ...stages, ...holdOut, ...silent];
}

function statement(rule: Rule): string {
  const states = Object.keys(rule.moves).map((state) => `'${state}'`);
  const cases = Object.entries(rule.moves).map(([from, to]) => `WHEN '${from}' THEN '${to}'`);
  return `
WITH due AS (
  SELECT m.device, m.state, m.state_at FROM members m JOIN contacts c ON c.device = m.device
    JOIN devices d ON d.device = m.device
  WHERE m.rollout = $1 AND m.state IN (${states.join(', ')}) AND ${rule.where}
  ORDER BY m.device LIMIT $3
  FOR UPDATE OF m SKIP LOCKED
), moved AS (
  UPDATE members m SET state = CASE due.state ${cases.join(' ')} END, state_at = $2, because = '${rule.because}'
  FROM due WHERE m.device = due.device AND m.rollout || '' = $1
  RETURNING m.stage, due.state AS old, m.state, m.environment
)
SELECT moved.stage, moved.old, moved.state, e.attribute, e.value, count(*)::int AS devices
FROM moved CROSS JOIN LATERAL (
  SELECT '' AS attribute, '' AS value UNION ALL SELECT key, value FROM jsonb_each_text(moved.environment)
) AS e
GROUP BY moved.stage, moved.old, moved.state, e.attribute, e.value`;
}
