/**
 * Pairwise covering arrays: few rows, in which every two values of different columns meet at least once.
 *
 * In parameter order (IPO; Lei and Tai 1998, "In-parameter-order: a test generation strategy for pairwise testing"):
 * the first two columns are their product; each further column is first written into the rows that are there, each
 * time the value that meets most partners anew, then into new rows for what is left. Deterministic: among equals the
 * first value wins. Columns should come widest first.
 */

/** In a row: any value will do. */
export const ANY = -1;

/** Value index by column. */
export type Row = Int32Array;

/** Ways to break ties that are tried where arrays are small enough for it; the first shortest array is taken. */
const TURNS = 24;
/** Pairs up to which they are tried. */
const SMALL = 6_000;

/**
 * @param widths how many values each column has; a column without values stays `ANY`
 * @returns every pair of values of two columns is in some row; a single column has each of its values in a row
 */
export function coverPairs(widths: readonly number[]): Row[] {
  let best = arrayOf(widths, 0);
  if (pairsOf(widths) > SMALL) return best;
  for (let turn = 1; turn < TURNS && best.length > fewestRows(widths); turn++) {
    const other = arrayOf(widths, turn);
    if (other.length < best.length) best = other;
  }
  return best;
}

/** How many pairs of values of two columns there are. */
export function pairsOf(widths: readonly number[]): number {
  let sum = 0;
  let pairs = 0;
  for (const width of widths) {
    pairs += sum * width;
    sum += width;
  }
  return pairs;
}

function arrayOf(widths: readonly number[], turn: number): Row[] {
  const columns = [...widths.keys()].filter((column) => (widths[column] as number) > 0);
  const [first, second] = columns;
  if (first === undefined) return [];
  const rows: Row[] = [];
  for (let a = 0; a < (widths[first] as number); a++) {
    for (let b = 0; b < (second === undefined ? 1 : (widths[second] as number)); b++) {
      const row = new Int32Array(widths.length).fill(ANY);
      row[first] = a;
      if (second !== undefined) row[second] = b;
      rows.push(row);
    }
  }
  columns.slice(2).forEach((column, index) => {
    addColumn(rows, widths, new OpenPairs(widths, columns.slice(0, index + 2), column, turn), column);
  });
  return rows;
}

/** Fewest rows that any array with these widths can have. */
export function fewestRows(widths: readonly number[]): number {
  const [widest = 0, next = 1] = [...widths].sort((a, b) => b - a);
  return widest * Math.max(1, next);
}

function addColumn(rows: Row[], widths: readonly number[], open: OpenPairs, column: number): void {
  rows.forEach((row, index) => {
    const value = open.left === 0 ? ANY : open.best(row, index);
    if (value !== ANY) open.meet(row, value);
  });
  addRows(rows, widths, open, column);
}

/** What the rows that were there could not take goes where `ANY` stands, else into a new row. */
function addRows(rows: Row[], widths: readonly number[], open: OpenPairs, column: number): void {
  const seen = [...open.before, column];
  const roomy = rows.filter((row) => seen.some((one) => row[one] === ANY));
  for (const [earlier, partner, value] of open.remaining()) {
    const fits = (row: Row) =>
      (row[column] === value || row[column] === ANY) && (row[earlier] === partner || row[earlier] === ANY);
    const room = roomy.find(fits);
    const row = room ?? new Int32Array(widths.length).fill(ANY);
    row[earlier] = partner;
    open.meet(row, value);
    if (room) continue;
    roomy.push(row);
    rows.push(row);
  }
}

/** The pairs between one new column and those before it that no row has yet. */
class OpenPairs {
  left = 0;
  readonly #column: number;
  readonly #width: number;
  readonly #turn: number;
  readonly before: readonly number[];
  readonly #offsets: number[] = [];
  /** 1 for open; by earlier column, its value, new value. */
  readonly #open: Uint8Array;
  readonly #openOf: Int32Array;
  readonly #counts: Int32Array;

  constructor(widths: readonly number[], before: readonly number[], column: number, turn: number) {
    this.#turn = turn;
    this.#column = column;
    this.before = before;
    this.#width = widths[column] as number;
    for (const earlier of before) {
      this.#offsets.push(this.left);
      this.left += (widths[earlier] as number) * this.#width;
    }
    this.#open = new Uint8Array(this.left).fill(1);
    this.#openOf = new Int32Array(this.#width).fill(this.left / this.#width);
    this.#counts = new Int32Array(this.#width);
  }

  /** The value that meets most partners of the row anew; `ANY` when none meets one. */
  best(row: Row, index: number): number {
    const counts = this.#counts.fill(0);
    const open = this.#open;
    for (let earlier = 0; earlier < this.before.length; earlier++) {
      const partner = row[this.before[earlier] as number] as number;
      if (partner === ANY) continue;
      const base = (this.#offsets[earlier] as number) + partner * this.#width;
      for (let value = 0; value < counts.length; value++)
        counts[value] = (counts[value] as number) + (open[base + value] as number);
    }
    const first = (this.#turn * index) % this.#width;
    let best = first;
    for (let step = 1; step < this.#width; step++) {
      const value = (first + step) % this.#width;
      if (this.#isBetter(value, best)) best = value;
    }
    return counts[best] === 0 ? ANY : best;
  }

  /** Of two that meet as many: every other turn, the one that has more to meet yet; else the first that was looked at. */
  #isBetter(value: number, best: number): boolean {
    const more = (this.#counts[value] as number) - (this.#counts[best] as number);
    if (more !== 0 || this.#turn % 2 === 1) return more > 0;
    return (this.#openOf[value] as number) > (this.#openOf[best] as number);
  }

  meet(row: Row, value: number): void {
    row[this.#column] = value;
    this.before.forEach((earlier, index) => {
      const partner = row[earlier] as number;
      if (partner === ANY) return;
      const at = (this.#offsets[index] as number) + partner * this.#width + value;
      if (this.#open[at] === 0) return;
      this.#open[at] = 0;
      this.left--;
      this.#openOf[value] = (this.#openOf[value] as number) - 1;
    });
  }

  /** What is still open, as earlier column, its value, new value; by new value. */
  *remaining(): Generator<[number, number, number]> {
    for (let value = 0; value < this.#width; value++) {
      for (let index = 0; index < this.before.length; index++) {
        const end = this.#offsets[index + 1] ?? this.#open.length;
        const base = this.#offsets[index] as number;
        for (let at = base + value, partner = 0; at < end; at += this.#width, partner++)
          if (this.#open[at] === 1) yield [this.before[index] as number, partner, value];
      }
    }
  }
}
