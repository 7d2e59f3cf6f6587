/**
 * What a device knows about its own connections: how its checks went on confirmed versions. A version is blamed
 * for a connection that broke with it, and not for one that never worked in this household.
 */
import * as z from 'zod';

/** So many results of each check are remembered. */
export const PAST_LENGTH = 48;

/** So many failures without one success are needed before a check counts as one that never worked. */
export const NEVER_WORKED_AFTER = 6;

/** Failures in a row that would come by chance less often than this are held against the version. */
const CHANCE = 0.01;

/** Nor is anything waited for longer than so many looks, unless it never worked. */
export const MOST_PATIENCE = 30;

/** By the name of a check: its results on confirmed versions, oldest first, `1` held and `0` did not. */
export const pastSchema = z.record(z.string().max(120), z.string().regex(/^[01]{0,48}$/));
export type Past = Readonly<z.infer<typeof pastSchema>>;

/** The past with one more result. */
export function remember(past: Past, check: string, held: boolean): Past {
  return { ...past, [check]: `${past[check] ?? ''}${held ? '1' : '0'}`.slice(-PAST_LENGTH) };
}

/** The same checks as are declared now, and no others. */
export function forgetOthers(past: Past, checks: readonly string[]): Past {
  return Object.fromEntries(Object.entries(past).filter(([check]) => checks.includes(check)));
}

/** unknown: too little has been seen to excuse anything. */
export type Worked = 'worked' | 'never' | 'unknown';

export function worked(past: Past, check: string): Worked {
  const seen = past[check] ?? '';
  if (seen.includes('1')) return 'worked';
  return seen.length >= NEVER_WORKED_AFTER ? 'never' : 'unknown';
}

/**
 * Would so many failures in a row be a surprise, given the past? A connection that always held may fail once;
 * one that drops every other time may fail a few times; of one that nobody has seen yet as much is expected as
 * of that.
 */
export function isSurprising(past: Past, check: string, failuresInRow: number): boolean {
  if (worked(past, check) === 'never') return false;
  const seen = past[check] ?? '';
  const held = seen.replaceAll('0', '').length;
  // Laplace's rule of succession: nothing is certain after finitely many looks.
  const fails = 1 - (held + 1) / (seen.length + 2);
  return fails ** failuresInRow <= CHANCE || failuresInRow >= MOST_PATIENCE;
}

/** Do both pasts lead to the same answer to `worked`, for every check? */
export function saysTheSame(a: Past, b: Past): boolean {
  const checks = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...checks].every((check) => worked(a, check) === worked(b, check));
}
