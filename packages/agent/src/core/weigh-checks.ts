/** What the results of the declared checks mean together, for a version that is tried and for one that stands. */
import { isSurprising, type Past, worked } from './past.ts';
import type { CheckResult, HealthInput } from './types.ts';

/**
 * holds: nothing speaks against the version. waits: a check fails, but it may be the surroundings; nothing is
 * confirmed meanwhile. fails: a check is held against the version.
 */
export interface Weighed {
  readonly is: 'holds' | 'waits' | 'fails';
  /** First check in declared order that does not hold and is not excused. */
  readonly failing?: string;
  /** Checks that fail and never worked here. */
  readonly excused: readonly string[];
}

export interface Before {
  readonly past: Past;
  /** By check: failures in a row since the boot, the present one included. */
  readonly inRow: Readonly<Record<string, number>>;
}

/**
 * @param moment along: while a version runs. confirm: at the moment at which it would be confirmed.
 */
export function weighChecks(
  checks: readonly CheckResult[],
  { past, inRow }: Before,
  moment: 'along' | 'confirm',
): Weighed {
  const asked = checks.filter(({ ok, atConfirm }) => !ok && (moment === 'confirm' || atConfirm !== true));
  const isExcused = ({ name, byPast }: CheckResult) => byPast === true && worked(past, name) === 'never';
  const excused = asked.filter(isExcused).map(({ name }) => name);
  const failing = asked.filter((check) => !isExcused(check));
  const [first] = failing;
  if (first === undefined) return { is: 'holds', excused };
  const blamed = failing.some(
    ({ name, byPast }) => byPast !== true || isSurprising(past, name, inRow[name] ?? 1),
  );
  return { is: blamed ? 'fails' : 'waits', failing: first.name, excused };
}

/** A port that names no checks has looked at one. */
export function checksOf({ checks, ok, failing }: HealthInput): readonly CheckResult[] {
  return checks ?? [{ name: failing ?? 'health', ok }];
}

/** Failures in a row with one more result of each check; a result that is told again counts once. */
export function countInRow(inRow: Before['inRow'], checks: readonly CheckResult[]): Before['inRow'] {
  const counted = checks.map(({ name, ok, again }): [string, number] => {
    const before = inRow[name] ?? 0;
    return [name, ok ? 0 : Math.max(1, again === true ? before : before + 1)];
  });
  return Object.fromEntries(counted);
}
