/** Every state that the four words may be in, on good days and bad ones; a word that is not there counts, too. */
import type { Words } from '../control-words.ts';

const SLOTS = ['a', 'b', 'x', undefined];
const TRIALS = ['0', '1', '2', undefined];
const COUNTS = ['0', '1', '2', '3', '4', undefined];

export const WORD_STATES: readonly Words[] = SLOTS.flatMap((default_slot) =>
  SLOTS.flatMap((trial_slot) =>
    TRIALS.flatMap((trial) => COUNTS.map((bootcount) => ({ default_slot, trial_slot, trial, bootcount }))),
  ),
).map((state) => {
  const words = Object.entries(state).filter((word): word is [string, string] => word[1] !== undefined);
  return new Map(words);
});
