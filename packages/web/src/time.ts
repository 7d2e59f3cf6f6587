/** Fleet time and the viewer's time. Fleet time may run faster than the wall's in a demo. */
import { t } from '@lingui/core/macro';
import { conventions } from './language/i18n.ts';

/** At real time `real` the fleet's clock showed `fleet`; it runs `rate` times as fast. Milliseconds. */
export interface Anchor {
  readonly fleet: number;
  readonly real: number;
  readonly rate: number;
}

export function fleetAt({ fleet, real, rate }: Anchor, realNow: number): number {
  return fleet + (realNow - real) * rate;
}

/** When it will be `fleetTime`, by the viewer's clock. */
export function realAt({ fleet, real, rate }: Anchor, fleetTime: number): number {
  return real + (fleetTime - fleet) / rate;
}

/** "3 d 4 h", "1 h 05 min", "4 min 09 s", "9 s". Never negative. */
export function spanWords(millis: number): string {
  const seconds = Math.max(0, Math.ceil(millis / 1_000));
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const two = (value: number) => String(value).padStart(2, '0');
  if (d > 0) return t`${d} d ${h} h`;
  if (h > 0) return t`${h} h ${two(m)} min`;
  if (m > 0) return t`${m} min ${two(s)} s`;
  return t`${s} s`;
}

/** Where the viewer's clock is set to, "America/New_York". */
export function viewersZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "Tue 24 Nov, 10:15" in the zone; the viewer's own without one. */
export function momentWords(instant: number, zone?: string): string {
  const parts = format(zone, { weekday: 'short', day: 'numeric', month: 'short' }).format(instant);
  return `${parts.replace(',', '')}, ${clockWords(instant, zone)}`;
}

/**
 * The same moment in the fleet's zone and by the viewer's clock: "Tue 24 Nov, 10:15" and "04:15", with the day where
 * that is another one; `yours` is left out where both clocks show the same.
 */
export function bothTimes(instant: number, zone: string, viewer = viewersZone()) {
  const [fleet, mine] = [momentWords(instant, zone), momentWords(instant, viewer)];
  if (fleet === mine) return { fleet, yours: undefined };
  const [day] = fleet.split(', ');
  return { fleet, yours: mine.startsWith(`${day}, `) ? clockWords(instant, viewer) : mine };
}

/** Both times in one line, "Tue 24 Nov, 10:15 (04:15 yours)". */
export function bothWords(instant: number, zone: string, viewer?: string): string {
  const { fleet, yours } = bothTimes(instant, zone, viewer);
  return yours === undefined ? fleet : t`${fleet} (${yours} yours)`;
}

/** "10:15" */
export function clockWords(instant: number, zone?: string): string {
  return format(zone, { hour: '2-digit', minute: '2-digit' }).format(instant);
}

/** "10:15:07" */
export function exactWords(instant: number, zone?: string): string {
  return format(zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(instant);
}

/** The next look in both times; `left` is in the viewer's seconds. */
export function countdown(anchor: Anchor, lookAgainAt: number, realNow: number, zone: string | undefined) {
  const due = realAt(anchor, lookAgainAt);
  const left = due - realNow;
  return {
    left: left > 0 ? t`in ${spanWords(left)}` : t`any moment`,
    fleet: momentWords(lookAgainAt, zone),
    viewer: left < 3_600_000 ? exactWords(due) : momentWords(due),
  };
}

/** 0 to 1; 1 for what has no length. */
export function progressBetween(from: number, to: number, now: number): number {
  return to <= from ? 1 : Math.min(1, Math.max(0, (now - from) / (to - from)));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone ?? ''} ${Object.keys(options).join()}`;
  let made = formats.get(key);
  if (!made) {
    const full = zone === undefined ? options : { ...options, timeZone: zone };
    made = new Intl.DateTimeFormat(conventions(), { hourCycle: 'h23', ...full });
    formats.set(key, made);
  }
  return made;
}
