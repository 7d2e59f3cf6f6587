/** Gaps in sentences. */
import type { Dimension, ParityValueView, ParityView } from '@tuesday/protocol';
import { cellName } from './coverage.ts';

export interface Gaps {
  readonly release: string;
  readonly devices: number;
  readonly gaps: readonly ParityValueView[];
  readonly failed: ParityView['failed'];
  readonly dimensions: readonly Dimension[];
}

/** "15 % of the fleet runs mosquitto 2.0.18; 3.2.5 was never tested there." The largest share first. */
export function gapWords({ release, gaps, failed, dimensions, devices }: Gaps): string[] {
  const failures = failed.map((one) => ({
    devices: one.devices,
    words: `${release} failed its test with ${cellName(one.cell)}: ${one.because} (${shareWords(one.devices, devices)} of the fleet).`,
  }));
  const isSaid = ({ dimension, value, cover }: ParityValueView) =>
    cover === 'failed' && failed.some(({ cell }) => value !== null && cell[dimension] === value);
  const missing = gaps
    .filter((gap) => !isSaid(gap))
    .map((gap) => ({
      devices: gap.devices,
      words: `${shareWords(gap.devices, devices)} of the fleet ${hasWords(gap, dimensions)}; ${testWords(release, gap)}.`,
    }));
  return [...failures, ...missing].sort((a, b) => b.devices - a.devices).map(({ words }) => words);
}

function hasWords({ dimension, value }: ParityValueView, dimensions: readonly Dimension[]): string {
  if (value === null) return `does not report its ${dimension}`;
  const verb = dimensions.find(({ name }) => name === dimension)?.verb;
  return verb === undefined ? `has ${dimension} = ${value}` : `${verb} ${value}`;
}

function testWords(release: string, { cover, because, value }: ParityValueView): string {
  if (cover === 'failed') return `${release} failed its test there: ${because}`;
  if (cover === 'untested')
    return value === null
      ? `nobody knows whether ${release} was tested there`
      : `${release} was never tested there`;
  return `of ${release}: ${because}`;
}

/** Rounded for people, but never to nothing and never to everything. */
export function shareWords(devices: number, all: number): string {
  if (devices <= 0 || all <= 0) return '0 %';
  if (devices >= all) return '100 %';
  const percent = (devices / all) * 100;
  if (percent < 0.01) return 'less than 0.01 %';
  const digits = percent < 1 ? 2 : percent < 10 ? 1 : 0;
  const rounded = Number(percent.toFixed(digits));
  return rounded >= 100 ? 'more than 99.9 %' : `${rounded} %`;
}
