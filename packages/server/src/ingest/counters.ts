/** The evidence counters: every move of a member from one state to another, added up before it is written. */
import type { Instant } from '@tuesday/protocol';
import type { StoredState } from '../db/schema.ts';

/** Width of a bucket of `evidence_flow`, milliseconds. */
const BUCKET = 15 * 60_000;

export interface Cohort {
  readonly rollout: string;
  readonly stage: number;
  /** attribute → value, as fixed when the rollout started. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Cell {
  readonly rollout: string;
  readonly bucket: number;
  readonly stage: number;
  readonly attribute: string;
  readonly value: string;
  readonly state: StoredState;
  entered: number;
  departed: number;
}

/** Columns of the changes, for `unnest`. */
export interface CounterColumns {
  rollout: string[];
  stage: number[];
  attribute: string[];
  value: string[];
  state: string[];
  devices: number[];
}

export interface FlowColumns extends Omit<CounterColumns, 'devices'> {
  bucket: number[];
  entered: number[];
  departed: number[];
}

export class CounterChanges {
  readonly #cells = new Map<string, Cell>();

  move(cohort: Cohort, from: StoredState, to: StoredState, at: Instant, devices = 1): void {
    this.moveValue(cohort.rollout, cohort.stage, '', '', from, to, at, devices);
    for (const attribute in cohort.environment) {
      const value = cohort.environment[attribute] ?? '';
      this.moveValue(cohort.rollout, cohort.stage, attribute, value, from, to, at, devices);
    }
  }

  /** One row of the tables: `attribute` and `value` are '' for the whole stage. */
  moveValue(
    rollout: string,
    stage: number,
    attribute: string,
    value: string,
    from: StoredState,
    to: StoredState,
    at: Instant,
    devices: number,
  ): void {
    if (from === to) return;
    const bucket = Math.floor(at / BUCKET) * BUCKET;
    const place = `${rollout}\0${stage}\0${attribute}\0${value}\0${bucket}\0`;
    const cell = (state: StoredState): Cell => {
      let found = this.#cells.get(place + state);
      if (!found) {
        found = { rollout, bucket, stage, attribute, value, state, entered: 0, departed: 0 };
        this.#cells.set(place + state, found);
      }
      return found;
    };
    cell(from).departed += devices;
    cell(to).entered += devices;
  }

  /** Rows of `evidence_counts`, in one order everywhere, so that two transactions never wait in a circle. */
  counts(): CounterColumns {
    const sums = new Map<string, Cell & { devices: number }>();
    for (const cell of this.#cells.values()) {
      const key = `${cell.rollout}\0${cell.stage}\0${cell.attribute}\0${cell.value}\0${cell.state}`;
      const sum = sums.get(key) ?? { ...cell, devices: 0 };
      sum.devices += cell.entered - cell.departed;
      sums.set(key, sum);
    }
    const columns: CounterColumns = {
      rollout: [],
      stage: [],
      attribute: [],
      value: [],
      state: [],
      devices: [],
    };
    for (const [, sum] of inOrder(sums)) {
      if (sum.devices === 0) continue;
      push(columns, sum);
      columns.devices.push(sum.devices);
    }
    return columns;
  }

  /** Rows of `evidence_flow`, in one order everywhere. */
  flow(): FlowColumns {
    const columns: FlowColumns = {
      rollout: [],
      bucket: [],
      stage: [],
      attribute: [],
      value: [],
      state: [],
      entered: [],
      departed: [],
    };
    for (const [, cell] of inOrder(this.#cells)) {
      push(columns, cell);
      columns.bucket.push(cell.bucket);
      columns.entered.push(cell.entered);
      columns.departed.push(cell.departed);
    }
    return columns;
  }
}

function push(columns: Omit<CounterColumns, 'devices'>, cell: Cell): void {
  columns.rollout.push(cell.rollout);
  columns.stage.push(cell.stage);
  columns.attribute.push(cell.attribute);
  columns.value.push(cell.value);
  columns.state.push(cell.state);
}

function inOrder<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
