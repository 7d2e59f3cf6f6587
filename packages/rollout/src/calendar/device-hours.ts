/** When a device may take an update, by the clock where it stands. */
import { type DeviceHours, type Environment, type Instant, toMillis, type Weekday } from '@tuesday/protocol';
import { DAY, localOf, MINUTE, minutesOf, timeWords, WEEKDAYS } from './local-time.ts';
import type { OpeningRule } from './opening-rule.ts';
import { windowRule } from './windows.ts';

/** The hours of a policy, and the zone of devices that report none. */
export interface FleetHours {
  readonly hours: DeviceHours;
  readonly zone: string;
}

/** Under which attribute a device reports its zone, by its IANA name. */
export const ZONE_ATTRIBUTE = 'zone';

/** The largest change of a clock that zones make (Antarctica/Troll). */
const CLOCK_CHANGE = toMillis('2h');

/** Shorter hours could be skipped by a change of the clock, or fall between two check-ins. */
export const SHORTEST_HOURS = toMillis('3h');

/** Milliseconds of a day in which devices take updates. */
export function lengthOf({ from, to }: DeviceHours): number {
  const length = (minutesOf(to) - minutesOf(from)) * MINUTE;
  return length > 0 ? length : length + DAY;
}

/**
 * The longest that a device waits for its hours, wherever it stands: all of the day outside them, and what a change
 * of its clock can add.
 */
export function longestWait(hours: DeviceHours | null | undefined): number {
  if (!hours || lengthOf(hours) >= DAY) return 0;
  return DAY - lengthOf(hours) + CLOCK_CHANGE;
}

export interface DeviceTurn {
  /** When the device may take an update: now, or when its hours begin. */
  readonly at: Instant;
  /** Why not now, as a sentence; null when it may. */
  readonly whyNot: string | null;
}

/** @param environment as the device reports it */
export function deviceTurn(fleet: FleetHours, environment: Environment, now: Instant): DeviceTurn {
  const told = environment[ZONE_ATTRIBUTE];
  const known = told !== undefined && isZone(told);
  const zone = known ? told : fleet.zone;
  const rule = hoursRule(fleet.hours, zone);
  const at = rule.nextFrom(now) ?? now;
  if (at === now) return { at, whyNot: null };
  const { from, to } = fleet.hours;
  const there = `it is ${timeWords(now, zone)} there`;
  const by =
    told !== undefined && !known
      ? ` Its zone "${told.slice(0, 64)}" is unknown, so the clock of ${zone} counts.`
      : '';
  return { at, whyNot: `This device takes updates between ${from} and ${to}; ${there}.${by}` };
}

/** Rules by zone of the hours asked last: a fleet has one policy, and devices in a few zones. */
const rules = new Map<string, OpeningRule>();
const MOST_RULES = 1_000;

function hoursRule(hours: DeviceHours, zone: string): OpeningRule {
  const key = `${hours.from} ${hours.to} ${zone}`;
  const known = rules.get(key);
  if (known) return known;
  const days: Weekday[] = [...WEEKDAYS];
  const windows =
    lengthOf(hours) >= DAY
      ? [{ days, from: '00:00', to: '24:00' }]
      : hours.from < hours.to
        ? [{ days, from: hours.from, to: hours.to }]
        : [
            { days, from: hours.from, to: '24:00' },
            { days, from: '00:00', to: hours.to },
          ].filter(({ from, to }) => from < to);
  const rule = windowRule({ zone, windows, called: 'the hours of the device' });
  if (rules.size >= MOST_RULES) rules.clear();
  rules.set(key, rule);
  return rule;
}

const zones = new Map<string, boolean>();

function isZone(name: string): boolean {
  const known = zones.get(name);
  if (known !== undefined) return known;
  let valid = true;
  try {
    localOf(0, name);
  } catch {
    valid = false;
  }
  if (zones.size >= MOST_RULES) zones.clear();
  zones.set(name, valid);
  return valid;
}
