/** The rollouts that reports can concern, as one transaction sees them. */
import { canonicalCode, type Phase, type Plan, toMillis } from '@tuesday/protocol';
import type { FleetHours, RolloutState, UntestedRules } from '@tuesday/rollout';
import type { Pool, PoolClient } from 'pg';
import { HOURS_KEY } from '../policy/policy.ts';

/** What reports are answered by, as one transaction sees it. */
export interface Active {
  /** Newest first. */
  readonly rollouts: readonly ActiveRollout[];
  /** The hours in which devices take updates; null: always. */
  readonly deviceHours: FleetHours | null;
}

/** What never changes once a rollout has started. */
export interface RolloutTerms {
  readonly rollout: string;
  readonly release: string;
  readonly wayBack: string;
  readonly plan: Plan;
  readonly silentAfterMillis: number;
  /** Error codes that make a device unhealthy, by the manifest of the release; canonical, as the others. */
  readonly failingErrors: ReadonlySet<string>;
  /** Error codes that the release declares and that do not. */
  readonly harmlessErrors: ReadonlySet<string>;
}

export interface ActiveRollout extends RolloutTerms {
  readonly phase: Phase;
  readonly state: RolloutState;
  /** By what devices are held whose environment is not covered; null: nobody asks. */
  readonly untested: UntestedRules | null;
}

const ACTIVE_PHASES = ['scheduled', 'soaking', 'watching', 'halted', 'recalling'] as const satisfies Phase[];

// A device that was away through a recall is sent back when it returns, so the newest recalled ones count, too; and
// so do the newest completed ones from which a slice was excluded: its devices are sent back.
const OVER_KEPT = 5;
const SELECT_ACTIVE = `SELECT rollout, phase, state, untested_seq FROM (
    SELECT rollout, phase, state, untested_seq, created_at FROM rollouts
    WHERE phase IN (${ACTIVE_PHASES.map((phase) => `'${phase}'`).join(', ')})
    UNION ALL (SELECT rollout, phase, state, untested_seq, created_at FROM rollouts
      WHERE phase = 'recalled' ORDER BY created_at DESC LIMIT ${OVER_KEPT})
    UNION ALL (SELECT rollout, phase, state, untested_seq, created_at FROM rollouts
      WHERE phase = 'completed' AND state -> 'excluded' <> '[]'::jsonb ORDER BY created_at DESC LIMIT ${OVER_KEPT})
  ) AS active ORDER BY created_at DESC, rollout`;

/**
 * A batch names each of its rows by key, so index look-ups always cost least. The planner does not know how
 * long the arrays are, and would now and then read whole tables instead.
 */
const BY_INDEX = `SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;
  SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off`;

const SELECT_HOURS = `SELECT value FROM settings WHERE key = '${HOURS_KEY}'`;

interface ActiveRow {
  rollout: string;
  phase: Phase;
  state: RolloutState;
  untested_seq: number;
}

interface TermsRow {
  rollout: string;
  release: string;
  way_back: string;
  plan: Plan;
  codes: { code: string; failsHealth: boolean }[] | null;
}

/** Keeps the terms in memory; phase and state are read each time. */
export class ActiveRollouts {
  readonly #terms = new Map<string, RolloutTerms>();
  /** Large, and seldom others: read again when their number has risen. */
  readonly #untested = new Map<string, { readonly seq: number; readonly rules: UntestedRules | null }>();

  /** Begins a transaction on the client and reads the active rollouts and the hours of devices in it. */
  async begin(client: PoolClient): Promise<Active> {
    // Several statements in one round trip come back as several results.
    const results = (await client.query(
      `BEGIN; ${BY_INDEX}; ${SELECT_HOURS}; ${SELECT_ACTIVE}`,
    )) as unknown as unknown[];
    const [hours, active] = results.slice(-2) as [
      { rows: { value: FleetHours | null }[] },
      { rows: ActiveRow[] },
    ];
    return {
      rollouts: await this.#complete(client, active.rows),
      deviceHours: hours.rows[0]?.value ?? null,
    };
  }

  async read(pool: Pool | PoolClient): Promise<ActiveRollout[]> {
    const { rows } = await pool.query<ActiveRow>(SELECT_ACTIVE);
    return this.#complete(pool, rows);
  }

  async #complete(client: Pool | PoolClient, rows: readonly ActiveRow[]): Promise<ActiveRollout[]> {
    const unknown = rows.map((row) => row.rollout).filter((rollout) => !this.#terms.has(rollout));
    if (unknown.length > 0) await this.#load(client, unknown);
    const changed = rows.filter((row) => (this.#untested.get(row.rollout)?.seq ?? 0) !== row.untested_seq);
    if (changed.length > 0) await this.#loadUntested(client, changed);
    return rows.flatMap(({ rollout, phase, state }) => {
      const terms = this.#terms.get(rollout);
      const untested = this.#untested.get(rollout)?.rules ?? null;
      return terms ? [{ ...terms, phase, state, untested }] : [];
    });
  }

  async #loadUntested(client: Pool | PoolClient, changed: readonly ActiveRow[]): Promise<void> {
    const { rows } = await client.query<{ rollout: string; seq: number; rules: UntestedRules | null }>(
      'SELECT rollout, untested_seq AS seq, untested_rules AS rules FROM rollouts WHERE rollout = ANY($1)',
      [changed.map(({ rollout }) => rollout)],
    );
    for (const { rollout, seq, rules } of rows) this.#untested.set(rollout, { seq, rules });
  }

  async #load(client: Pool | PoolClient, rollouts: readonly string[]): Promise<void> {
    const { rows } = await client.query<TermsRow>(
      `SELECT r.rollout, r.release, r.way_back, r.plan, v.manifest->'errorCodes' AS codes
       FROM rollouts r LEFT JOIN releases v ON v.version = r.release WHERE r.rollout = ANY($1)`,
      [rollouts],
    );
    for (const row of rows) {
      this.#terms.set(row.rollout, {
        rollout: row.rollout,
        release: row.release,
        wayBack: row.way_back,
        plan: row.plan,
        silentAfterMillis: toMillis(row.plan.silentAfter),
        failingErrors: codesOf(row, true),
        harmlessErrors: codesOf(row, false),
      });
    }
  }
}

function codesOf({ codes }: TermsRow, failsHealth: boolean): ReadonlySet<string> {
  const fitting = (codes ?? []).filter((code) => code.failsHealth === failsHealth);
  return new Set(fitting.map(({ code }) => canonicalCode(code)));
}
