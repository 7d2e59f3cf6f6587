/**
 * The culprit: the environment value that explains the harm, named only when the contrast inside its own
 * attribute bears it out, so that a defect that has nothing to do with any value names none.
 */
import type { TrialLine, TrialReading } from './reading.ts';

export interface Attribution {
  /** The one value that is left; null: the whole fleet, or a fact that is not reported. */
  readonly named: TrialLine | null;
  /** Values that explain the harm about as well, best first; the named one is alone. */
  readonly candidates: readonly TrialLine[];
}

/** Chance of naming a value although none is to blame. */
const NAMING_ALPHA = 0.05;
/** Values whose evidence is within this factor of the best cannot be told apart from it. */
const WITHIN = Math.log(20);

export function attributionOf(reading: TrialReading): Attribution {
  // A value is as good as its best line.
  const best = new Map<string, TrialLine>();
  for (const line of reading.lines) {
    if (line.attribute === '' || line.logNamed < -Math.log(NAMING_ALPHA)) continue;
    const key = `${line.attribute}\0${line.value}`;
    const known = best.get(key);
    if (!known || line.logEvidence > known.logEvidence) best.set(key, line);
  }
  const ranked = [...best.values()].sort((a, b) => b.logEvidence - a.logEvidence);
  const top = ranked[0];
  if (!top) return { named: null, candidates: [] };
  const candidates = ranked.filter((line) => line.logEvidence >= top.logEvidence - WITHIN);
  return { named: candidates.length === 1 ? top : null, candidates };
}
