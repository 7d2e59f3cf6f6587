/** Versions over time as bands: the newest on top and strongest, the long tail as one. */
import { t } from '@lingui/core/macro';
import type { FleetHistoryView } from '@tuesday/protocol';
import type { Point } from '../charts/bands.ts';
import type { Series } from '../charts/time-chart.tsx';

const MOST = 5;
/** By how many are shown, from the oldest to the newest: percent of the accent colour. */
const SHADES: readonly (readonly number[])[] = [
  [],
  [100],
  [35, 100],
  [18, 52, 100],
  [14, 36, 64, 100],
  [12, 28, 48, 72, 100],
];
const REST = t`others`;

export interface VersionBands {
  readonly series: readonly Series[];
  readonly points: readonly Point[];
}

export function versionBands({ points }: Pick<FleetHistoryView, 'points'>): VersionBands {
  const peaks = new Map<string, number>();
  for (const { versions } of points)
    for (const { version, devices } of versions)
      peaks.set(version, Math.max(peaks.get(version) ?? 0, devices));
  const common = [...peaks].toSorted(([, a], [, b]) => b - a).map(([version]) => version);
  const shown = common.slice(0, MOST).toSorted(byOrder);
  const hasRest = common.length > MOST;
  const names = hasRest ? [REST, ...shown] : shown;
  const strongest = SHADES[shown.length] ?? [];
  return {
    series: names.map((name) => ({
      name,
      colour: name === REST ? 'var(--sunken)' : shade(strongest[shown.indexOf(name)] ?? 100),
    })),
    points: points.map(({ at, versions }) => {
      const of = (name: string) => versions.find(({ version }) => version === name)?.devices ?? 0;
      const rest = versions
        .filter(({ version }) => !shown.includes(version))
        .reduce((sum, { devices }) => sum + devices, 0);
      return { at, values: names.map((name) => (name === REST ? rest : of(name))) };
    }),
  };
}

function shade(strength: number): string {
  return `color-mix(in oklab, var(--accent) ${strength}%, var(--surface))`;
}

/** By their numbers; a pre-release before its release. For the picture only. */
function byOrder(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('-')[0]?.split('.').map(Number) ?? []);
  for (let part = 0; part < 3; part++) {
    const difference = (a?.[part] ?? 0) - (b?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(right.includes('-')) - Number(left.includes('-'));
}
