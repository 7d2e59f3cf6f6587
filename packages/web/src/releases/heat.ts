/** Firmware × environment: which values of the fleet were tested with which release. */
import type { Cover, ParityView } from '@tuesday/protocol';

export interface HeatRow {
  dimension: string;
  /** null: the devices do not report the dimension. */
  value: string | null;
  /** Of the fleet, 0 to 1. */
  share: number;
  /** One for each release; undefined where the release was not asked about the value. */
  covers: ReadonlyArray<Cover | undefined>;
}

/** Most releases that stand side by side. */
export const COLUMNS = 8;

/**
 * Rows with the largest share first; the same share is ordered by name.
 *
 * @param views one for each release, newest first
 */
export function heatOf(views: readonly ParityView[]): HeatRow[] {
  const rows = new Map<string, HeatRow & { covers: Array<Cover | undefined> }>();
  for (const [column, { values }] of views.entries())
    for (const { dimension, value, share, cover } of values) {
      const key = JSON.stringify([dimension, value]);
      // Each answer counts the fleet of its own moment; the first one is the newest release's.
      const row = rows.get(key) ?? { dimension, value, share, covers: views.map(() => undefined) };
      row.covers[column] = cover;
      rows.set(key, row);
    }
  return [...rows.values()].sort((a, b) => b.share - a.share || byName(a, b));
}

/** Values that passed and are not among the most common can wait to be asked for. */
const COMMON = 5;

/** @returns the most common values and every gap, the largest share first; and what passed beside */
export function inSight<T extends { share: number; cover: Cover }>(
  values: readonly T[],
): { shown: T[]; rest: T[] } {
  const sorted = values.toSorted((a, b) => b.share - a.share);
  const isShown = (one: T, index: number) => index < COMMON || one.cover !== 'passed';
  return { shown: sorted.filter(isShown), rest: sorted.filter((one, index) => !isShown(one, index)) };
}

/**
 * The newest releases; one that is older than them takes the place of the last.
 *
 * @param versions newest first
 */
export function columnsFor(versions: readonly string[], here: string): string[] {
  const newest = versions.slice(0, COLUMNS);
  return newest.includes(here) || !versions.includes(here) ? newest : [...newest.slice(0, COLUMNS - 1), here];
}

function byName(a: HeatRow, b: HeatRow): number {
  return (
    a.dimension.localeCompare(b.dimension) ||
    (a.value ?? '').localeCompare(b.value ?? '', 'en', { numeric: true })
  );
}
