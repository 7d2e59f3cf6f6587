/**
 * A second value that a named culprit needs: among the offered devices that have the culprit, the harm falls on
 * those that have the second one as well. An exact test of the split, shared among all second values.
 */
import { logChoose } from './slices.ts';

export interface Split {
  readonly attribute: string;
  readonly value: string;
  /** Offered devices with the culprit and this value, and those of them that went wrong. */
  readonly offered: number;
  readonly bad: number;
}

/** Chance of naming a second value although the harm falls on all alike. */
const ALPHA = 0.05;
/** Devices with the culprit and without the second value that are needed to tell. */
const LEAST_OUTSIDE = 4;

/**
 * @param whole offered devices with the culprit, and those of them that went wrong
 * @returns the second value, or undefined when the culprit alone explains the harm
 */
export function pairOf(
  whole: { readonly offered: number; readonly bad: number },
  splits: readonly Split[],
): Split | undefined {
  const able = splits.filter(
    ({ offered, bad }) => bad > 0 && offered < whole.offered && whole.offered - offered >= LEAST_OUTSIDE,
  );
  const chances = able.map((split) => ({ split, chance: tail(whole, split) * able.length }));
  const best = chances.sort((a, b) => a.chance - b.chance)[0];
  if (!best || best.chance > ALPHA) return undefined;
  // Somebody without it who went wrong as well says that it is a tendency, not the cause.
  return whole.bad - best.split.bad <= 0.1 * whole.bad ? best.split : undefined;
}

/** P(at least so many of the bad ones fall on the split), when they are drawn from the whole without a choice. */
function tail(whole: { offered: number; bad: number }, { offered, bad }: Split): number {
  let chance = 0;
  for (let hit = bad; hit <= Math.min(offered, whole.bad); hit++) {
    if (whole.bad - hit > whole.offered - offered) continue;
    chance += Math.exp(
      logChoose(offered, hit) +
        logChoose(whole.offered - offered, whole.bad - hit) -
        logChoose(whole.offered, whole.bad),
    );
  }
  return Math.min(1, chance);
}
