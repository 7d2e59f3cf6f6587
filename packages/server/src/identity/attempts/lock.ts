/** How long wrong attempts cost: pure. */

const LONGEST_MINUTES = 60;

/**
 * @param failures so far, the one that is just being counted included
 * @param free     failures that cost nothing
 * @returns real minutes until the next attempt counts: 0, then 1, 2, 4 … 60
 */
export function lockMinutes(failures: number, free: number): number {
  return failures < free ? 0 : Math.min(LONGEST_MINUTES, 2 ** Math.min(30, failures - free));
}
