/** What was tested against what the fleet runs: from counts by value, so it costs the same for any fleet. */
import type { Cell, Dimension, Instant, ParityRules, ParityValueView, ParityView } from '@tuesday/protocol';
import { type AttestedCell, cellName, type Coverage, coverageOf, UNTESTED } from './coverage.ts';
import { gapWords } from './words.ts';

/** Devices by dimension and normalised value; `null` is the value of those that do not report it. */
export interface DimensionCounts {
  readonly dimension: Dimension;
  readonly values: ReadonlyMap<string | null, number>;
}

export interface ParityCase {
  readonly release: string;
  readonly devices: number;
  readonly counts: readonly DimensionCounts[];
  readonly attested: readonly AttestedCell[];
  readonly rules: ParityRules;
  /** The longest soak that the policy or the release asks for. */
  readonly soakMillis: number;
  readonly maxAgeMillis: number;
  readonly now: Instant;
}

export interface ParityReading extends ParityView {
  readonly coverage: Coverage;
}

export function readParity(given: ParityCase): ParityReading {
  const { release, devices, counts, attested, rules, now } = given;
  const { soakMillis, maxAgeMillis } = given;
  const demands = { soakMillis, maxAgeMillis, acceleratedSoak: rules.acceleratedSoak };
  const coverage = coverageOf(attested, demands, now);
  const values = counts.flatMap((one) => valuesOf(one, coverage, devices));
  const failed = failedCells(coverage, counts);
  const gaps = values.filter((one) => isGap(one, counts));
  const uncovered = uncoveredDevices(gaps, failed, counts);
  const closed = failed.length > 0 || uncovered > rules.maxUntested * devices;
  const reading = {
    release,
    at: now,
    devices,
    uncovered: devices === 0 ? 0 : uncovered / devices,
    values,
    failed,
    coverage,
  };
  if (counts.length === 0) return { ...reading, verdict: 'unasked', because: [] };
  if (!closed) return { ...reading, verdict: 'open', because: [] };
  const dimensions = counts.map(({ dimension }) => dimension);
  return { ...reading, verdict: 'closed', because: gapWords({ release, devices, gaps, failed, dimensions }) };
}

function valuesOf(
  { dimension, values }: DimensionCounts,
  coverage: Coverage,
  all: number,
): ParityValueView[] {
  const known = coverage.values.get(dimension.name);
  return [...values]
    .filter(([, devices]) => devices > 0)
    .map(([value, devices]) => {
      const { cover, at, soakSeconds, because } =
        (value === null ? undefined : known?.get(value)) ?? UNTESTED;
      const share = all === 0 ? 0 : devices / all;
      return { dimension: dimension.name, value, devices, share, cover, testedAt: at, soakSeconds, because };
    })
    .sort((a, b) => b.devices - a.devices || String(a.value).localeCompare(String(b.value)));
}

function isGap({ dimension, value, cover }: ParityValueView, counts: readonly DimensionCounts[]): boolean {
  if (value !== null) return cover !== 'passed';
  return counts.find((one) => one.dimension.name === dimension)?.dimension.unreported !== 'ignored';
}

type FailedCell = ParityView['failed'][number];

/** The cells that failed, with how many devices can be in each: no more than have the rarest of its values. */
function failedCells({ failed }: Coverage, counts: readonly DimensionCounts[]): FailedCell[] {
  const of = new Map(counts.map((one) => [one.dimension.name, one.values]));
  return failed.flatMap(({ cell, at, because }) => {
    const values = Object.entries(declaredPart(cell, counts));
    const devices = Math.min(...values.map(([name, value]) => of.get(name)?.get(value) ?? 0));
    return values.length === 0 ? [] : [{ cell, at, because, devices }];
  });
}

/** A dimension that the fleet does not declare tells no devices apart. */
function declaredPart(cell: Cell, counts: readonly DimensionCounts[]): Cell {
  const declared = new Set(counts.map(({ dimension }) => dimension.name));
  return Object.fromEntries(Object.entries(cell).filter(([name]) => declared.has(name)));
}

/**
 * At most so many devices are in an environment that is not covered: counts by value do not tell who has two gaps
 * at once, and nobody is to pass because he was counted twice.
 */
function uncoveredDevices(
  gaps: readonly ParityValueView[],
  failed: readonly FailedCell[],
  counts: readonly DimensionCounts[],
): number {
  const hasGap = (cell: Cell) =>
    gaps.some(({ dimension, value }) => value !== null && cell[dimension] === value);
  // The same devices, however many of its undeclared dimensions were tried.
  const beside = new Map(
    failed
      .map(({ cell, devices }) => ({ cell: declaredPart(cell, counts), devices }))
      .filter(({ cell }) => !hasGap(cell))
      .map(({ cell, devices }) => [cellName(cell), devices]),
  );
  return [...gaps.map(({ devices }) => devices), ...beside.values()].reduce((sum, one) => sum + one, 0);
}
