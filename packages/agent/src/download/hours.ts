/** The hours of the day in which a device downloads, in its own zone. Half-open; over midnight if `from` is later. */
import type { DeviceHours } from '@tuesday/protocol';

const DAY = 1_440;

/**
 * @param now milliseconds since 1970
 * @param zone IANA zone
 * @returns the time of day at which the next window opens; undefined when one is open
 */
export function closedUntil(windows: readonly DeviceHours[], zone: string, now: number): string | undefined {
  const minute = minuteOfDay(zone, now);
  if (windows.length === 0 || windows.some((window) => holds(window, minute))) return undefined;
  const [next] = windows
    .map(({ from }) => ({ from, wait: (minutes(from) - minute + DAY) % DAY }))
    .sort((a, b) => a.wait - b.wait);
  return next?.from;
}

function holds({ from, to }: DeviceHours, minute: number): boolean {
  const [start, end] = [minutes(from), minutes(to)];
  return start < end ? start <= minute && minute < end : minute >= start || minute < end;
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function minuteOfDay(zone: string, now: number): number {
  const format = { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return minutes(new Intl.DateTimeFormat('en-GB', format).format(now));
}
