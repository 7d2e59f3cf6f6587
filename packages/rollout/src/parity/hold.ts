/** Why one device must not be offered a release. */
import type { Cell, Dimension } from '@tuesday/protocol';
import { cellName, type Coverage, UNTESTED, type ValueCover } from './coverage.ts';
import { type Facts, valueOf } from './environment.ts';

/** What devices of a rollout are held by; plain data, kept beside the rollout. */
export interface UntestedRules {
  readonly release: string;
  readonly dimensions: readonly Dimension[];
  /** dimension → normalised value → what is known about it. */
  readonly covers: Readonly<Record<string, Readonly<Record<string, Pick<ValueCover, 'cover' | 'because'>>>>>;
  readonly failed: readonly { readonly cell: Cell; readonly because: string }[];
  /** Whether devices of untested environments take the release all the same; those that failed never do. */
  readonly offersUntested: boolean;
}

export function untestedRules(
  release: string,
  dimensions: readonly Dimension[],
  { values, failed }: Coverage,
  offersUntested: boolean,
): UntestedRules {
  const covers = Object.fromEntries(
    [...values].map(([dimension, of]) => [
      dimension,
      Object.fromEntries([...of].map(([value, { cover, because }]) => [value, { cover, because }])),
    ]),
  );
  return {
    release,
    dimensions,
    covers,
    failed: failed.map(({ cell, because }) => ({ cell, because })),
    offersUntested,
  };
}

/** @returns a sentence; null when the environment of the device is covered */
export function whyUntested(rules: UntestedRules, facts: Facts): string | null {
  const { dimensions, release } = rules;
  const values = new Map(dimensions.map((dimension) => [dimension, valueOf(dimension, facts)]));
  const environment = new Map([...values].map(([{ name }, value]) => [name, value]));
  const failed = rules.failed.find((one) => isIn(one.cell, environment));
  if (failed) return `${release} failed its test with ${cellName(failed.cell)}: ${failed.because}`;
  if (rules.offersUntested) return null;
  for (const [dimension, value] of values) {
    const why = whyNotCovered(dimension, value, rules);
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
  { covers }: UntestedRules,
): string | null {
  if (value === undefined) return unreported === 'ignored' ? null : `it does not report its ${name}`;
  const of = Object.hasOwn(covers, name) ? covers[name] : undefined;
  const known = of && Object.hasOwn(of, value) ? of[value] : undefined;
  const { cover, because } = known ?? UNTESTED;
  return cover === 'passed' ? null : `${name} = ${value} is ${cover}, ${because}`;
}
