/** May a rollout start, by what was tested of its release? And whom does it hold? */
import { type Instant, type OrRefused, refuse } from '@tuesday/protocol';
import { parityOf, someOf, type UntestedRules } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import { liveGlass } from '../break-glass/live-glass.ts';
import type { Database } from '../db/schema.ts';
import type { RolloutRow } from '../rollouts/apply.ts';
import { readParityOf, type Tested } from './read.ts';
import { untestedOf } from './untested.ts';

export interface StartTerms {
  /** Whether anybody asks; nobody does when a glass was broken: a recovery is not to wait for a matrix. */
  readonly asked: boolean;
  readonly rules: UntestedRules | null;
}

export async function startTerms(
  db: Kysely<Database>,
  { rollout, release, plan }: Pick<RolloutRow, 'rollout' | 'release' | 'plan'>,
  tested: Tested,
  at: Instant,
): Promise<OrRefused<StartTerms>> {
  if (await liveGlass(db, { rollout, release }, at)) return { asked: false, rules: null };
  const reading = await readParityOf(db, tested, at);
  const refuses = reading.verdict === 'closed' && parityOf(plan).gap === 'refuse';
  if (refuses) return { refused: refuse('untested', someOf(reading.because), { try: advice(release) }) };
  return { asked: true, rules: await untestedOf(db, plan, reading, at) };
}

const advice = (release: string) =>
  `tuesday parity ${release} shows every value; tuesday matrix run tests what is missing; with parity: { gap: exclude } in the plan it starts without those devices`;

/** Nobody is left to offer the release to. */
export function nobodyIsTested(release: string) {
  return refuse('untested', `every device that ${release} is for is held for want of tests`, {
    try: `tuesday parity ${release} shows every value`,
  });
}
