/**
 * The demo's clock: starts on a Tuesday before the change window opens, is written down while it runs, and
 * goes on from there when the demo is started again.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type ClockSetting, clockOf, startClock } from '@tuesday/protocol';

/** 07:00 on the next Tuesday after `now` in the machine's zone: two hours before the golden rule's window. */
export function demoMorning(now: number): number {
  const day = new Date(now);
  day.setHours(7, 0, 0, 0);
  do {
    day.setDate(day.getDate() + 1);
  } while (day.getDay() !== 2);
  return day.getTime();
}

/** The setting to hand to the server and the fleet. */
export function resumeDemoClock(file: string, now: number, rate: number): ClockSetting {
  return startClock(readStopped(file) ?? demoMorning(now), rate);
}

/** Writes down what the clock shows, so that a killed demo loses a second at most. */
export function rememberDemoClock(file: string, setting: ClockSetting): void {
  writeFileSync(`${file}.new`, JSON.stringify({ shows: clockOf(setting).now() }));
  renameSync(`${file}.new`, file);
}

function readStopped(file: string): number | undefined {
  try {
    const { shows } = JSON.parse(readFileSync(file, 'utf8')) as { shows?: unknown };
    return typeof shows === 'number' ? shows : undefined;
  } catch {
    return undefined;
  }
}
