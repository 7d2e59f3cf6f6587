/** What a run of the matrix is about. */
import type { Cell, Clock, CellReport } from '@tuesday/protocol';
import type { MatrixFile } from '../file/matrix-file.ts';

export interface Candidate {
  readonly release: string;
  readonly hardware: string;
  /** Path of the artifact. */
  readonly artifact: string;
  readonly sha256: string;
}

export interface RunSetting {
  readonly file: MatrixFile;
  /** Where `matrix.yaml` stands; commands hear of it as MATRIX_DIR. */
  readonly fileFolder: string;
  readonly candidate: Candidate;
  readonly clock: Clock;
  /** Downloads that are kept between runs. */
  readonly cache: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What somebody who watches can be told. */
export type Progress =
  | { readonly is: 'asking'; readonly value: string }
  | { readonly is: 'cells'; readonly cells: readonly Cell[]; readonly done: ReadonlyMap<number, CellReport> }
  | { readonly is: 'step'; readonly cell: number; readonly step: string }
  | { readonly is: 'done'; readonly cell: number; readonly report: CellReport };

/** The environment that commands inherit, without what is ours: tokens and passphrases among it. */
export function inherited(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !entry[0].startsWith('TUESDAY_') && entry[0] !== 'LD_PRELOAD',
  );
  return Object.fromEntries(entries);
}

/** `MATRIX_REGION=eu` for each dimension. */
export function cellVariables(cell: Cell): Record<string, string> {
  return Object.fromEntries(
    Object.entries(cell).map(([name, value]) => [`MATRIX_${name.toUpperCase().replaceAll('-', '_')}`, value]),
  );
}
