import { t } from '@lingui/core/macro';

export interface ValueRow {
  value: string;
  devices: number;
  /** 0 to 1 of the fleet. */
  share: number;
}

const MOST = 6;

/** Most devices first, the long tail as one row, and the devices that no row counts. */
export function rowsOf(values: ReadonlyArray<{ value: string; devices: number }>, all: number) {
  const sorted = values.toSorted((a, b) => b.devices - a.devices || (a.value < b.value ? -1 : 1));
  const kept = sorted.length > MOST ? sorted.slice(0, MOST - 1) : sorted;
  const tail = sorted.slice(kept.length);
  const counted = sorted.reduce((sum, { devices }) => sum + devices, 0);
  const folded =
    tail.length === 0
      ? []
      : [{ value: t`${tail.length} more`, devices: tail.reduce((sum, { devices }) => sum + devices, 0) }];
  const rows: ValueRow[] = [...kept, ...folded].map((row) => ({
    ...row,
    share: all === 0 ? 0 : row.devices / all,
  }));
  return { rows, missing: Math.max(0, all - counted) };
}
