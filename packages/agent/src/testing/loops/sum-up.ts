import type { LoopReport } from './play-loop.ts';

/** What `npm run test:interruption -- --json` prints of all loops together. */
export interface LoopSum {
  readonly writes: number;
  /** Tried, each once. */
  readonly cutPoints: number;
  readonly bootable: number;
  readonly onKnownVersion: number;
  readonly truthfulReport: number;
}

export function sumUp(reports: readonly LoopReport[]): {
  readonly sum: LoopSum;
  readonly fallsShort: boolean;
} {
  const total = (count: (report: LoopReport) => number) =>
    reports.reduce((sum, report) => sum + count(report), 0);
  const sum = {
    writes: total(({ writes }) => writes),
    cutPoints: total(({ tried }) => tried),
    bootable: total(({ bootable }) => bootable),
    onKnownVersion: total(({ onKnownVersion }) => onKnownVersion),
    truthfulReport: total(({ truthfulReport }) => truthfulReport),
  };
  const held = Math.min(sum.bootable, sum.onKnownVersion, sum.truthfulReport);
  const wrong = reports.some((report) => report.wrong.length > 0);
  return { sum, fallsShort: wrong || sum.cutPoints === 0 || held < sum.cutPoints };
}
