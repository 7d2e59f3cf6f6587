/** Starts a rollout: fixes who is in which stage, for good. Devices that enrol later are not members. */
import { isRefused, type OrRefused, refuse, type Refusal, type RolloutView } from '@tuesday/protocol';
import { type Facts, whyUntested } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import { askInstead } from '../approvals/ask-start.ts';
import { spendConsent } from '../approvals/spend.ts';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { Undo } from '../db/transact.ts';
import { nobodyIsTested, startTerms } from '../parity/start.ts';
import { apply, loadRollout, type RolloutRow } from './apply.ts';
import { drawCohorts } from './cohorts.ts';
import { enlist } from './enlist.ts';
import { knownRelease, noDevices } from './known-release.ts';
import { startableNow } from './startable.ts';
import { viewRollout } from './view.ts';

/** With the fleet's schema beside it. Whoever starts a rollout holds it: of two, one finds the fleet busy. */
const LOCK = 7_205_762;
const ATTEMPTS = 3;

/** @param how `schedule`: outside the window it is started all the same, and waits for the next opening */
export async function startRollout(
  context: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  rollout: string,
  {
    because = 'started',
    schedule = false,
  }: { because?: string | undefined; schedule?: boolean | undefined } = {},
): Promise<OrRefused<RolloutView>> {
  const refused = await context.db.connection().execute(async (connection) => {
    // Before the transaction: its snapshot must see what the one before has done.
    await sql`SELECT pg_advisory_lock(${sql.lit(LOCK)}, hashtext(current_schema()))`.execute(connection);
    try {
      return await retrying(() =>
        connection
          .transaction()
          .setIsolationLevel('repeatable read')
          .execute(async (trx) => {
            const refusal = await start(trx, {
              rollout,
              actor,
              because,
              schedule,
              at: context.clock.now(),
            });
            if (refusal) throw new Undo(refusal);
          }),
      );
    } finally {
      await sql`SELECT pg_advisory_unlock(${sql.lit(LOCK)}, hashtext(current_schema()))`.execute(connection);
    }
  });
  if (refused?.code === 'approval-needed')
    return { refused: await askInstead(context, actor, rollout, because, refused) };
  if (!refused) return viewRollout(context, rollout);
  await remember(context, actor, rollout, refused);
  return { refused };
}

/** What the rules say no to is a decision, too: the log keeps who wanted what, and why not. */
const KEPT: readonly Refusal['code'][] = ['outside-window', 'approval-needed', 'untested'];

async function remember(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  rollout: string,
  { code, because }: Refusal,
): Promise<void> {
  if (!KEPT.includes(code)) return;
  const entry = { at: clock.now(), actor, verb: 'rollout.start-refused', object: `rollout ${rollout}` };
  await db.transaction().execute((trx) => appendAudit(trx, { ...entry, because: `${code}: ${because}` }));
}

interface Start {
  readonly rollout: string;
  readonly actor: Actor;
  readonly because: string;
  readonly schedule: boolean;
  readonly at: number;
}

async function retrying(transaction: () => Promise<void>): Promise<Refusal | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      await transaction();
      return undefined;
    } catch (cause) {
      if (cause instanceof Undo) return cause.refusal;
      // Something that was read has changed since: look again.
      if ((cause as { code?: string }).code !== '40001') throw cause;
      if (attempt === ATTEMPTS) return refuse('conflict', 'the rollouts of the fleet change all the time');
    }
  }
}

async function start(
  trx: Kysely<Database>,
  { rollout, actor, because, schedule, at }: Start,
): Promise<Refusal | undefined> {
  const row = await loadRollout(trx, rollout);
  if (isRefused(row)) return row.refused;
  if (row.phase !== 'draft')
    return refuse('wrong-phase', `rollout ${rollout} is ${row.phase}; only a draft can be started`);
  const early = schedule ? undefined : await startableNow(trx, row, at);
  if (early) return early;
  const release = await knownRelease(trx, row.plan);
  if (isRefused(release)) return release.refused;
  const others = await othersUnderWay(trx, rollout);
  const busy = others.find(({ phase }) => phase !== 'watching');
  if (busy) return refuse('fleet-busy', `rollout ${busy.rollout} (${busy.name}) is ${busy.phase}`);

  const tested = await startTerms(trx, row, release.release, at);
  if (isRefused(tested)) return tested.refused;
  const consent = await spendConsent(trx, row, at);
  if (isRefused(consent)) return consent.refused;

  const { rules } = tested;
  const heldFor = rules === null ? undefined : (facts: Facts) => whyUntested(rules, facts);
  const drawn = await drawCohorts(trx, release, row.plan, row.seed, heldFor);
  if (drawn.devices === 0) return noDevices(row.release);
  const held = await enlist(trx, row, drawn, at);
  if (held === drawn.devices) return nobodyIsTested(row.release);
  const sized = { devices: drawn.devices, stage_sizes: [...drawn.sizes] };
  await trx
    .updateTable('rollouts')
    .set({
      devices: sized.devices,
      stage_sizes: JSON.stringify(sized.stage_sizes),
      untested_rules: rules === null ? null : JSON.stringify(rules),
      untested_seq: tested.asked ? 1 : 0,
    })
    .where('rollout', '=', rollout)
    .execute();
  for (const watching of others) {
    const ended = await apply(trx, watching, {
      events: [{ kind: 'completed' }],
      at,
      actor,
      because: `superseded by ${rollout}`,
      verb: 'rollout.supersede',
    });
    if (isRefused(ended)) return ended.refused;
  }
  const started = await apply(
    trx,
    { ...row, ...sized },
    {
      events: [{ kind: 'started' }],
      at,
      actor,
      because: `Started by ${actor.label} with ${drawn.devices} devices${heldWords(held)}: ${because}. ${consent.words}`,
      verb: 'rollout.start',
    },
  );
  return isRefused(started) ? started.refused : undefined;
}

const heldWords = (held: number) => (held === 0 ? '' : `, ${held} of them held for want of tests`);

/** A halted one stays halted: its verdict stands, and a recall of it stays possible. */
function othersUnderWay(db: Kysely<Database>, rollout: string): Promise<RolloutRow[]> {
  return db
    .selectFrom('rollouts')
    .selectAll()
    .where('phase', 'in', ['scheduled', 'soaking', 'watching', 'recalling'])
    .where('rollout', '<>', rollout)
    .orderBy('rollout')
    .forUpdate()
    .execute();
}
