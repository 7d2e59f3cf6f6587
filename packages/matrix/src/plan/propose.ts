/** From the fleet to cells: every value that matters in some cell, every two values that matter most in one together. */
import type { Cell, InventoryView } from '@tuesday/protocol';
import type { PlanRules } from '../file/matrix-file.ts';
import { ANY, coverPairs, fewestRows, pairsOf, type Row } from './covering.ts';
import { type FileDimension, type PlannedDimension, valuesThatMatter } from './values.ts';

export interface MatrixPlan {
  readonly dimensions: readonly PlannedDimension[];
  readonly cells: readonly Cell[];
  /** Pairs of values that meet, and the fewest cells in which they could. */
  readonly pairs: number;
  readonly fewestCells: number;
  /** Sentences about what the cells leave out, the largest share first. */
  readonly gaps: readonly string[];
}

/** More cells would be needed than are allowed. */
export class TooManyCells extends Error {
  constructor(least: number, most: number) {
    super(`at least ${least} cells would be needed, and plan.mostCells is ${most}: raise plan.pairsFrom`);
    this.name = 'TooManyCells';
  }
}

/** @throws TooManyCells */
export function proposeCells(
  dimensions: readonly FileDimension[],
  inventory: InventoryView | undefined,
  rules: PlanRules,
): MatrixPlan {
  const planned = valuesThatMatter(dimensions, inventory, rules);
  // Widest first, which keeps the array small; a dimension without a value leaves the cells.
  const columns = planned
    .map(({ name, values }) => ({ name, pairs: named(values, 'pairs'), once: named(values, 'once') }))
    .filter(({ pairs, once }) => pairs.length + once.length > 0)
    .sort((a, b) => b.pairs.length - a.pairs.length);
  const widths = columns.map(({ pairs }) => pairs.length);
  const fewestCells = Math.max(
    fewestRows(widths),
    ...columns.map(({ pairs, once }) => pairs.length + once.length),
    0,
  );
  if (fewestCells > rules.mostCells) throw new TooManyCells(fewestCells, rules.mostCells);
  const rows = coverPairs(widths);
  const cells = inOrder(nameRows(columns, rows), planned);
  if (cells.length > rules.mostCells) throw new TooManyCells(cells.length, rules.mostCells);
  return { dimensions: planned, cells, pairs: pairsOf(widths), fewestCells, gaps: gapsOf(planned) };
}

interface Column {
  readonly name: string;
  readonly pairs: readonly string[];
  readonly once: readonly string[];
}

function named(values: PlannedDimension['values'], part: 'pairs' | 'once'): string[] {
  return values.flatMap((one) => (one.part === part && one.value !== null ? [one.value] : []));
}

/** Values that need no partner go where any value would do, else into rows of their own, side by side. */
function nameRows(columns: readonly Column[], rows: readonly Row[]): Cell[] {
  const waiting = columns.map(({ once }) => [...once]);
  const cells: Cell[] = [];
  for (let index = 0; index < rows.length || waiting.some((list) => list.length > 0); index++) {
    const cell: Cell = {};
    columns.forEach(({ name, pairs, once }, column) => {
      const value = rows[index]?.[column] ?? ANY;
      // Where nothing waits, the most common value: it is what most devices have beside the rest.
      const any = () => waiting[column]?.shift() ?? pairs[0] ?? once[0];
      cell[name] = (value === ANY ? any() : pairs[value]) as string;
    });
    cells.push(cell);
  }
  return cells;
}

/** Dimensions as the file has them: that is how people read a cell. */
function inOrder(cells: readonly Cell[], dimensions: readonly PlannedDimension[]): Cell[] {
  const names = dimensions.map(({ name }) => name);
  return cells.map((cell) =>
    Object.fromEntries(names.flatMap((name) => (cell[name] === undefined ? [] : [[name, cell[name]]]))),
  );
}

function gapsOf(dimensions: readonly PlannedDimension[]): string[] {
  const gaps = dimensions.flatMap(({ name, values }) =>
    values
      .filter(({ part, devices }) => (part === 'rare' || part === 'unreachable') && devices !== 0)
      .map((one) => ({ share: one.share ?? 0, says: gapOf(name, one) })),
  );
  return gaps.sort((a, b) => b.share - a.share).map(({ says }) => says);
}

function gapOf(name: string, { value, devices, share, part }: PlannedDimension['values'][0]): string {
  const who = `${devices} devices (${((share ?? 0) * 100).toFixed(2)} %)`;
  if (value === null) return `${who} do not report ${name}: nothing can be brought up for them`;
  if (part === 'rare') return `${name} ${value}: ${who} are fewer than plan.valuesFrom asks for`;
  return `${name} ${value}: ${who} have it, and the file does not say how it is brought up`;
}
