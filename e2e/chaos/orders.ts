/** What the test and a crew, a process with many devices, tell each other: one JSON object a line. */
import type { Jumps } from './jumping-clock.ts';
import type { Ledger } from './ledger.ts';

export interface Orders {
  /** Holds the folders of all devices. */
  readonly folder: string;
  readonly devices: readonly string[];
  readonly server: string;
  readonly hardware: string;
  readonly fleetKey: string;
  readonly rootJson: string;
  /** What they leave the factory with. */
  readonly version: string;
  readonly jumps: Jumps;
}

/** look: answer `Look`. calm: clocks stop jumping. stop: answer `Record`s, and end. */
export type Word = 'look' | 'calm' | 'stop';

export interface Look {
  readonly look: true;
  /** Agents that are enrolled and run. */
  readonly running: number;
  /** Devices by `version state`. */
  readonly versions: Readonly<Record<string, number>>;
  /** Outcomes that no server has accepted yet. */
  readonly waiting: number;
}

/** One device at its end. */
export interface DeviceRecord extends Ledger {
  readonly device: string;
  readonly running: string;
  readonly state: string;
  /** Outcomes left in its outbox. */
  readonly waiting: number;
  readonly jumps: { readonly ahead: number; readonly back: number };
  /** Faults that its log told of. */
  readonly faults: readonly string[];
}
