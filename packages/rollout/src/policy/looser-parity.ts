/** What a policy's rules of parity allow that those in force do not. */
import { type Dimension, type Duration, type ParityRules, toMillis } from '@tuesday/protocol';

/** A sentence each; empty: nowhere looser. What is not certainly tighter is taken to be looser. */
export function looserParity(before: ParityRules, after: ParityRules): string[] {
  // Nobody was asked before, so nobody is asked less.
  if (before.dimensions.length === 0) return [];
  const longer = (a: Duration, b: Duration) => toMillis(b) > toMillis(a);
  const rows: Array<[boolean, string]> = [
    [
      after.maxUntested > before.maxUntested,
      `${percent(after.maxUntested)} instead of ${percent(before.maxUntested)} of the fleet could be untested.`,
    ],
    [
      longer(before.maxAge, after.maxAge),
      `Test results would count for ${after.maxAge} instead of ${before.maxAge}.`,
    ],
    [
      longer(after.soak, before.soak),
      `A release would have to run in staging for ${after.soak} instead of ${before.soak}.`,
    ],
    [
      after.acceleratedSoak && !before.acceleratedSoak,
      'Hours of staging would count that a firmware played faster than real time.',
    ],
  ];
  return [
    ...rows.filter(([looser]) => looser).map(([, words]) => words),
    ...before.dimensions.flatMap((dimension) => looserDimension(dimension, after.dimensions)),
  ];
}

function looserDimension(before: Dimension, all: readonly Dimension[]): string[] {
  const { name } = before;
  const after = all.find((one) => one.name === name);
  if (!after) return [`Nobody would ask any more where a release was tested by ${name}.`];
  const ignored = after.unreported === 'ignored' && before.unreported !== 'ignored';
  // Other rules can make one value of two, and a test of the one would cover the other.
  const respelt = JSON.stringify(after.normalise) !== JSON.stringify(before.normalise);
  return [
    ...(ignored ? [`Devices that do not report their ${name} would be of no concern.`] : []),
    ...(respelt ? [`Values of ${name} would be told apart by other rules.`] : []),
  ];
}

const percent = (share: number) => `${Math.round(share * 10_000) / 100} %`;
