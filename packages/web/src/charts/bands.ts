/** Series over time as shapes: each point holds from its own time until the next step, and what is missing is a gap. */

export interface Point {
  /** When it begins. */
  readonly at: number;
  /** One for each series; null: not known. */
  readonly values: readonly (number | null)[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** From the first point to the end of the last. */
export function spanOf(points: readonly Point[], step: number): Span {
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  return { from: first, to: last + step };
}

/** 0 to 100 from left to right. */
export function across({ from, to }: Span, at: number): number {
  return to <= from ? 0 : ((at - from) / (to - from)) * 100;
}

/** A round number at or above, so that the axis says something. */
export function roundUp(value: number): number {
  if (value <= 1) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * size >= value) ?? 10;
  return Math.ceil(step * size);
}

interface Run {
  readonly begins: number;
  readonly ends: number;
  readonly low: number;
  readonly high: number;
}

/** Where a series lies between the sum of those below it and the sum with itself, as steps. */
function runsOf(points: readonly Point[], series: number, step: number, stacked: boolean): Run[] {
  return points.flatMap(({ at, values }, index) => {
    const own = values[series];
    if (own === null || own === undefined) return [];
    const next = points[index + 1]?.at;
    const ends = next !== undefined && next - at <= 2 * step ? next : at + step;
    const low = stacked ? values.slice(0, series).reduce<number>((sum, one) => sum + (one ?? 0), 0) : 0;
    return [{ begins: at, ends, low, high: low + own }];
  });
}

/**
 * The path of one band in a box of 100 by 100.
 *
 * @param top what is at the upper edge
 */
export function bandPath(points: readonly Point[], series: number, step: number, top: number): string {
  const span = spanOf(points, step);
  const x = (at: number) => across(span, at).toFixed(3);
  const y = (value: number) => (100 - (value / top) * 100).toFixed(3);
  return joined(runsOf(points, series, step, true))
    .map((runs) => {
      const upper = runs.map(({ begins, ends, high }) => `${x(begins)} ${y(high)} ${x(ends)} ${y(high)}`);
      const lower = runs
        .toReversed()
        .map(({ begins, ends, low }) => `${x(ends)} ${y(low)} ${x(begins)} ${y(low)}`);
      return `M${upper.join(' L')} L${lower.join(' L')} Z`;
    })
    .join(' ');
}

/** The path of one line in a box of 100 by 100. */
export function linePath(points: readonly Point[], series: number, step: number, top: number): string {
  const span = spanOf(points, step);
  const x = (at: number) => across(span, at).toFixed(3);
  const y = (value: number) => (100 - (value / top) * 100).toFixed(3);
  return joined(runsOf(points, series, step, false))
    .map(
      (runs) =>
        `M${runs.map(({ begins, ends, high }) => `${x(begins)} ${y(high)} ${x(ends)} ${y(high)}`).join(' L')}`,
    )
    .join(' ');
}

/** Runs that touch, together. */
function joined(runs: readonly Run[]): Run[][] {
  const groups: Run[][] = [];
  for (const run of runs) {
    const group = groups.at(-1);
    if (group?.at(-1)?.ends === run.begins) group.push(run);
    else groups.push([run]);
  }
  return groups;
}
