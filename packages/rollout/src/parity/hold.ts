/** Why one device must not be offered a release. */
import type { Cell, Dimension } from '@tuesday/protocol';
import { cellName, type Coverage, UNTESTED } from './coverage.ts';
import { type Facts, valueOf } from './environment.ts';

export interface HoldCase {
  readonly dimensions: readonly Dimension[];
  readonly coverage: Coverage;
  readonly release: string;
  /** Whether devices of untested environments take the release all the same; those that failed never do. */
  readonly offersUntested: boolean;
}

/** @returns a sentence; null when the environment of the device is covered */
export function whyUntested(given: HoldCase, facts: Facts): string | null {
  const { dimensions, coverage, release } = given;
  const values = new Map(dimensions.map((dimension) => [dimension, valueOf(dimension, facts)]));
  const environment = new Map([...values].map(([{ name }, value]) => [name, value]));
  const failed = coverage.failed.find((one) => isIn(one.cell, environment));
  if (failed) return `${release} failed its test with ${cellName(failed.cell)}: ${failed.because}`;
  if (given.offersUntested) return null;
  for (const [dimension, value] of values) {
    const why = whyNotCovered(dimension, value, coverage);
    if (why !== null) return `${release} was not tested for this device: ${why}`;
  }
  return null;
}

/** A dimension that the fleet does not declare tells no devices apart. */
function isIn(cell: Cell, environment: ReadonlyMap<string, string | undefined>): boolean {
  const declared = Object.entries(cell).filter(([name]) => environment.has(name));
  return declared.length > 0 && declared.every(([name, value]) => environment.get(name) === value);
}

function whyNotCovered(
  { name, unreported }: Dimension,
  value: string | undefined,
  { values }: Coverage,
): string | null {
  if (value === undefined) return unreported === 'ignored' ? null : `it does not report its ${name}`;
  const { cover, because } = values.get(name)?.get(value) ?? UNTESTED;
  return cover === 'passed' ? null : `${name} = ${value} is ${cover}, ${because}`;
}
