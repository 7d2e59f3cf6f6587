/** A broker that runs in a cell, whatever it is made of. */
export interface Service {
  readonly host: string;
  readonly port: number;
  /** The text by which it tells its version, in its own words. */
  version(limitMillis: number): Promise<string>;
  /**
   * Ends it as a loss of power would and starts it again, on the same port with the same folder.
   * Absent where it is not ours to end.
   */
  readonly restart?: () => Promise<void>;
  stop(): Promise<void>;
}

/** Where a cell comes up. */
export interface Place {
  /** Of the cell; empty at first. */
  readonly folder: string;
  /** Where `matrix.yaml` stands. */
  readonly fileFolder: string;
  /** What was downloaded once for all runs. */
  readonly cache: string;
  readonly env: Readonly<Record<string, string>>;
  /** One line of the cell's log. */
  readonly log: (who: string, line: string) => void;
  /** Hears of every process before anything else does, so that none is forgotten. */
  readonly started: (mark: string) => void;
  readonly limitMillis: number;
  readonly signal: AbortSignal;
}

/** Nothing was learned about the release: the cell could not be brought up, or is not what it says. */
export class NotRun extends Error {
  constructor(because: string, options?: ErrorOptions) {
    super(because, options);
    this.name = 'NotRun';
  }
}
