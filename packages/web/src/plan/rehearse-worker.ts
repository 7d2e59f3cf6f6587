/** Plays a plan against the fleet's composition, beside the page: a few times at once, then often enough to believe. */
import type { Composition, Plan, Rehearsal } from '@tuesday/protocol';
import { rehearse } from '@tuesday/simulator/rehearsal';

export interface RehearseOrder {
  readonly plan: Plan;
  readonly composition: Composition;
  /** Runs for each fault, one rehearsal after the other. */
  readonly runs: readonly number[];
  readonly at: number;
}
export type RehearseAnswer = { readonly rehearsal: Rehearsal } | { readonly trouble: string };

const SEED = 1;

addEventListener('message', ({ data }: MessageEvent<RehearseOrder>) => {
  const { plan, composition, at } = data;
  try {
    for (const runs of data.runs) {
      const answer: RehearseAnswer = { rehearsal: rehearse(plan, composition, { runs, seed: SEED, at }) };
      postMessage(answer);
    }
  } catch (error) {
    const answer: RehearseAnswer = { trouble: error instanceof Error ? error.message : String(error) };
    postMessage(answer);
  }
});
