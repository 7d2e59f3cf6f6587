/** The links of the followed devices over one run: when each is away, and when each reports trouble anyway. */
import { OUTAGE_SCALE, OUTAGE_SHAPE } from '@tuesday/rollout';
import { between, exponential, logNormal, type Random } from '../world/random.ts';

/** Hours between two contacts of a device that is well. */
export const CHECK_IN_HOURS = 0.25;

/** Outages shorter than this are never seen as silence; hours. */
const SHORTEST = 0.5;
const DIURNAL = 0.6;

export interface Noise {
  /** Share of the fleet that is away at any time. */
  readonly awayShare: number;
  readonly troublePerDay: number;
}

/** One device's silences: from its last contact before to its first one after, in hours, rising. */
export interface Silences {
  readonly from: number[];
  readonly to: number[];
}

/** Outages come at random, more by day, and to frail links more often. */
export function drawSilences(noise: Noise, hours: number, random: Random): Silences {
  const frailty = logNormal(random, 1) * Math.exp(-0.5);
  const all = (noise.awayShare / Math.max(0.01, 1 - noise.awayShare)) * frailty;
  const rate = all * (1 + SHORTEST / OUTAGE_SCALE) ** -OUTAGE_SHAPE * (1 + DIURNAL);
  const silences: Silences = { from: [], to: [] };
  if (rate <= 0) return silences;
  for (let at = exponential(random, 1 / rate); at < hours; at += exponential(random, 1 / rate)) {
    if (random() * (1 + DIURNAL) > 1 + DIURNAL * Math.sin((2 * Math.PI * at) / 24)) continue;
    const lasts = (SHORTEST + OUTAGE_SCALE) * (1 - random()) ** (-1 / OUTAGE_SHAPE) - OUTAGE_SCALE;
    addSilence(
      silences,
      at - between(random, 0, CHECK_IN_HOURS),
      at + lasts + between(random, 0, CHECK_IN_HOURS),
    );
    at += lasts;
  }
  return silences;
}

/** Adds an interval that may meet the last ones. */
export function addSilence(silences: Silences, from: number, to: number): void {
  const { from: starts, to: ends } = silences;
  if (from > (ends.at(-1) ?? -1)) {
    starts.push(from);
    ends.push(to);
    return;
  }
  let [start, end] = [from, to];
  const before: [number, number][] = [];
  const after: [number, number][] = [];
  starts.forEach((one, index) => {
    const other = ends[index] as number;
    if (other < start) before.push([one, other]);
    else if (one > end) after.push([one, other]);
    else [start, end] = [Math.min(start, one), Math.max(end, other)];
  });
  const all = [...before, [start, end] as [number, number], ...after];
  starts.length = ends.length = 0;
  for (const [one, other] of all) {
    starts.push(one);
    ends.push(other);
  }
}

/** First contact at or after an hour. */
export function contactAfter({ from, to }: Silences, at: number, random: Random): number {
  let contact = at + random() * CHECK_IN_HOURS;
  for (let index = 0; index < from.length; index++)
    if (contact > (from[index] as number) && contact < (to[index] as number)) contact = to[index] as number;
  return contact;
}

/** When the first silence that lasts `limit` hours is noticed, of those that go on after `since`; Infinity: never. */
export function silenceAfter({ from, to }: Silences, since: number, limit: number, deadFrom: number): number {
  for (let index = 0; index < from.length; index++) {
    const start = from[index] as number;
    if (start >= deadFrom) break;
    const end = Math.max(to[index] as number, deadFrom <= (to[index] as number) ? Infinity : 0);
    if (start >= since && end - start >= limit) return start + limit;
  }
  return deadFrom + limit;
}
