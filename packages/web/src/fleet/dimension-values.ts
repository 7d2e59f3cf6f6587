/** What a small panel says about one value of a dimension. */
import type { InventoryHistory, InventoryView } from '@tuesday/protocol';

type Value = InventoryView['dimensions'][number]['values'][number];

const DAY = 86_400_000;
const NEWS = 7 * DAY;

/** Seen for the first time within a week, a day or more after the first value of its dimension: not merely a young fleet. */
export function isNew(
  one: Pick<Value, 'firstSeenAt'>,
  all: readonly Pick<Value, 'firstSeenAt'>[],
  now: number,
): boolean {
  const { firstSeenAt } = one;
  if (firstSeenAt === null || firstSeenAt < now - NEWS) return false;
  const first = Math.min(...all.map((value) => value.firstSeenAt ?? Number.POSITIVE_INFINITY));
  return firstSeenAt >= first + DAY;
}

/** Its share by day, 0 to 1, oldest first; 0 on the days before it came. */
export function shareLine(days: InventoryHistory['days'], value: string | null): number[] {
  return days.map(({ devices, values }) => {
    const own = values.find((one) => one.value === value)?.devices ?? 0;
    return devices === 0 ? 0 : own / devices;
  });
}
