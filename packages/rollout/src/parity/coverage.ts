/** What the attested cells of a release say about each value of each dimension. */
import type { Cell, CellResult, Cover, Instant } from '@tuesday/protocol';

/** One cell as a tester saw it; its values are normalised. */
export interface AttestedCell {
  readonly cell: Cell;
  readonly result: CellResult;
  readonly because: string;
  readonly at: Instant;
  /** Of the devices' clocks, and of real ones. */
  readonly soak: { readonly deviceSeconds: number; readonly realSeconds: number };
}

/** What a result must be like to count. */
export interface Demands {
  readonly maxAgeMillis: number;
  readonly soakMillis: number;
  readonly acceleratedSoak: boolean;
}

export interface ValueCover {
  readonly cover: Cover;
  readonly at: Instant | null;
  readonly soakSeconds: number;
  readonly because: string;
}

export interface Coverage {
  /** dimension → normalised value → what is known about it; a value that is not there is untested. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, ValueCover>>;
  /** Cells whose newest result is a failure, the newest first. Failures do not age. */
  readonly failed: readonly AttestedCell[];
}

export const UNTESTED: ValueCover = { cover: 'untested', at: null, soakSeconds: 0, because: 'never tested' };

export function coverageOf(attested: readonly AttestedCell[], demands: Demands, now: Instant): Coverage {
  const newest = newestOf(attested);
  const values = new Map<string, Map<string, ValueCover>>();
  for (const one of newest)
    for (const [dimension, value] of Object.entries(one.cell)) {
      const known = values.get(dimension) ?? new Map<string, ValueCover>();
      values.set(dimension, known);
      known.set(value, better(known.get(value), coverBy(one, demands, now)));
    }
  const failed = newest.filter(({ result }) => result === 'failed').sort((a, b) => b.at - a.at);
  return { values, failed };
}

/** The last word on each cell. What was not run says nothing, and takes nothing back. */
function newestOf(attested: readonly AttestedCell[]): AttestedCell[] {
  const newest = new Map<string, AttestedCell>();
  for (const one of attested) {
    if (one.result === 'not-run') continue;
    const name = cellName(one.cell);
    const other = newest.get(name);
    // Of two at the same moment the failure counts.
    if (!other || one.at > other.at || (one.at === other.at && one.result === 'failed'))
      newest.set(name, one);
  }
  return [...newest.values()];
}

/** `broker = mosquitto 2.0.18, region = eu`: one text for one cell, whatever the order of its dimensions. */
export function cellName(cell: Cell): string {
  const names = Object.keys(cell).sort();
  return names.map((name) => `${name} = ${cell[name]}`).join(', ');
}

/** Seconds of a soak that count. */
export function soakThatCounts(
  { deviceSeconds, realSeconds }: AttestedCell['soak'],
  accelerated: boolean,
): number {
  return accelerated ? Math.max(deviceSeconds, realSeconds) : realSeconds;
}

function coverBy({ result, because, at, soak }: AttestedCell, demands: Demands, now: Instant): ValueCover {
  const soakSeconds = soakThatCounts(soak, demands.acceleratedSoak);
  const found = { at, soakSeconds };
  if (result === 'failed') return { ...found, cover: 'failed', because };
  if (now - at > demands.maxAgeMillis)
    return {
      ...found,
      cover: 'stale',
      because: `tested ${days(now - at)} ago, and results count for ${days(demands.maxAgeMillis)}`,
    };
  if (soakSeconds * 1_000 < demands.soakMillis)
    return { ...found, cover: 'short', because: shortWords(soak, demands) };
  return { ...found, cover: 'passed', because: because === '' ? 'passed' : because };
}

function shortWords({ deviceSeconds, realSeconds }: AttestedCell['soak'], demands: Demands): string {
  const wanted = `it ran for ${hours(soakThatCounts({ deviceSeconds, realSeconds }, demands.acceleratedSoak))} in staging, and ${hours(demands.soakMillis / 1_000)} are wanted`;
  const faster = !demands.acceleratedSoak && deviceSeconds > realSeconds;
  return faster ? `${wanted}; ${hours(deviceSeconds)} by a faster clock do not count` : wanted;
}

const days = (millis: number) => `${Math.floor(millis / 86_400_000)} days`;
const hours = (seconds: number) => `${Math.floor(seconds / 360) / 10} hours`;

/** One cell that holds is enough for a value; the cells that failed are counted apart. */
const RANK: Readonly<Record<Cover, number>> = { passed: 4, short: 3, stale: 2, failed: 1, untested: 0 };

function better(known: ValueCover | undefined, other: ValueCover): ValueCover {
  if (!known || RANK[other.cover] > RANK[known.cover]) return other;
  if (RANK[other.cover] < RANK[known.cover]) return known;
  return (other.at ?? 0) > (known.at ?? 0) ? other : known;
}
