/** All cells, some at a time; continued where an earlier run was interrupted. */
import type { Cell, CellReport, InventoryView } from '@tuesday/protocol';
import { brokerDimension } from '../file/matrix-file.ts';
import { endLeftOver } from '../processes/left-over.ts';
import { proposeCells } from '../plan/propose.ts';
import { askValues, dimensionsNow } from './ask-values.ts';
import { runCell } from './run-cell.ts';
import { FolderFault, RunFolder, type RunRecord } from './run-folder.ts';
import { holdFolder } from './hold-folder.ts';
import type { Progress, RunSetting } from './setting.ts';

export interface MatrixRun extends RunSetting {
  readonly folder: string;
  /** SHA-256 over `matrix.yaml` and what was chosen beside it: a run is only continued as the same run. */
  readonly identity: string;
  readonly parallel: number;
  readonly resume: boolean;
  readonly inventory?: InventoryView | undefined;
  /** Which of the proposed cells are run. */
  readonly chosen: (cell: Cell) => boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface MatrixOutcome {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly cells: readonly CellReport[];
  /** Processes of an earlier run that were still there. */
  readonly ended: number;
}

/**
 * @throws FolderFault when the folder holds something else, or another run is under way in it
 * @throws TooManyCells, and the signal's reason when it is aborted: what was done is kept
 */
export async function runMatrix(run: MatrixRun): Promise<MatrixOutcome> {
  const folder = new RunFolder(run.folder);
  await folder.prepare();
  const release = await holdFolder(run.folder);
  try {
    const ended = await endLeftOver(await folder.marks());
    const record = (run.resume ? await sameRun(run, folder) : undefined) ?? (await begin(run, folder));
    const done = run.resume ? await folder.done(record.cells.length) : new Map<number, CellReport>();
    run.onProgress({ is: 'cells', cells: record.cells, done });
    const cells = await runCells(run, folder, record, done);
    await folder.end();
    return { startedAt: record.startedAt, finishedAt: run.clock.now(), cells, ended };
  } finally {
    await release();
  }
}

/** @throws FolderFault when the run in the folder is about something else */
async function sameRun(run: MatrixRun, folder: RunFolder): Promise<RunRecord | undefined> {
  const record = await folder.record();
  if (!record) return undefined;
  const { release, hardware, sha256 } = run.candidate;
  const other =
    record.release !== release || record.hardware !== hardware
      ? `it is of ${record.release} for ${record.hardware}`
      : record.artifact !== sha256
        ? 'the artifact has other bytes now'
        : record.matrix !== run.identity
          ? 'the matrix or what was chosen of it is another now'
          : undefined;
  if (other !== undefined)
    throw new FolderFault(`the run in ${folder.path} cannot be continued: ${other}; run without --resume`);
  return record;
}

async function begin(run: MatrixRun, folder: RunFolder): Promise<RunRecord> {
  const asked = await askValues({
    ...run,
    folder: run.folder,
    started: folder.started,
    onAsking: (value) => run.onProgress({ is: 'asking', value }),
  });
  const dimensions = dimensionsNow(run, asked, run.candidate.hardware);
  const { cells } = proposeCells(dimensions, run.inventory, run.file.plan);
  const chosen = cells.filter(run.chosen);
  const broker = brokerDimension(run.file).name;
  const indexOf = (cell: Cell) => asked.find(({ name }) => name === cell[broker])?.index ?? -1;
  const { release, hardware, sha256 } = run.candidate;
  const record: RunRecord = {
    tuesdayMatrix: 1,
    release,
    hardware,
    artifact: sha256,
    matrix: run.identity,
    startedAt: run.clock.now(),
    cells: chosen,
    brokers: chosen.map(indexOf),
  };
  await folder.begin(record);
  return record;
}

async function runCells(
  run: MatrixRun,
  folder: RunFolder,
  record: RunRecord,
  done: Map<number, CellReport>,
): Promise<CellReport[]> {
  const waiting = record.cells.map((_, index) => index).filter((index) => !done.has(index));
  const reports = new Map(done);
  const values = brokerDimension(run.file).values ?? [];
  const work = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      run.signal.throwIfAborted();
      const index = cell;
      const report = await runCell(run, {
        cell: record.cells[index] as Cell,
        broker: values[record.brokers[index] as number] as NonNullable<(typeof values)[0]>,
        folder: folder.workFolder(index),
        logFile: folder.logFile(index),
        signal: run.signal,
        started: folder.started,
        onStep: (step) => run.onProgress({ is: 'step', cell: index, step }),
      });
      await folder.finished(index, report);
      reports.set(index, report);
      run.onProgress({ is: 'done', cell: index, report });
    }
  };
  const workers = Array.from({ length: Math.max(1, run.parallel) }, work);
  // All of them come to an end, each with nothing left, before anything is said about the run.
  const ends = await Promise.allSettled(workers);
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
  return record.cells.map((_, index) => reports.get(index) as CellReport);
}
