/** One cell from nothing to nothing: brought up, held to what it says, played in, torn down. */
import { mkdir, rm } from 'node:fs/promises';
import {
  type Cell,
  type CellReport,
  type CellResult,
  type ScenarioResult,
  toMillis,
} from '@tuesday/protocol';
import { bringUp, identify } from '../bring-up/bring-up.ts';
import { NotRun, type Place, type Service } from '../bring-up/service.ts';
import { brokerDimension } from '../file/matrix-file.ts';
import { normaliserOf } from '../file/normaliser.ts';
import type { MatrixValue } from '../file/value.ts';
import { CellLog } from './cell-log.ts';
import { type Played, playScenario, type Stage, type Stretch } from './play-scenario.ts';
import { cellVariables, type RunSetting } from './setting.ts';

export interface CellTask {
  readonly cell: Cell;
  readonly broker: MatrixValue;
  /** For what the cell writes; it is removed at the end. */
  readonly folder: string;
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly started: (mark: string) => void;
  readonly onStep: (step: string) => void;
}

/** How long a broker may take to tell its version, milliseconds; never longer than to come up. */
const VERSION_MILLIS = 10_000;
const NO_TIME: Stretch = { realSeconds: 0, deviceSeconds: 0 };

/** @throws the signal's reason when the run is aborted; everything else is in the report */
export async function runCell(setting: RunSetting, task: CellTask): Promise<CellReport> {
  const log = new CellLog(task.logFile, setting.clock);
  await mkdir(task.folder, { recursive: true });
  const { file } = setting;
  const limit = AbortSignal.timeout(
    toMillis(file.limits.cell) + toMillis(file.soak) / (file.device.timeRate ?? 1),
  );
  const signal = AbortSignal.any([task.signal, limit]);
  const cell = new CellRun(setting, { ...task, signal }, log);
  let end: Ending;
  try {
    end = await cell.run();
  } catch (error) {
    task.signal.throwIfAborted();
    end = {
      result: 'not-run',
      because: limit.aborted ? `took longer than ${file.limits.cell}` : wordsOf(error),
    };
  } finally {
    await cell.stop();
    await rm(task.folder, { recursive: true, force: true });
    log.write('matrix', 'everything is ended');
  }
  log.write('matrix', `${end.result}: ${end.because}`);
  return cell.report(end, log.close());
}

interface Ending {
  result: CellResult;
  because: string;
}

class CellRun {
  readonly #setting: RunSetting;
  readonly #task: CellTask;
  readonly #log: CellLog;
  readonly #played: Played[] = [];
  #broker: Service | undefined;

  constructor(setting: RunSetting, task: CellTask, log: CellLog) {
    this.#setting = setting;
    this.#task = task;
    this.#log = log;
  }

  async run(): Promise<Ending> {
    const { file } = this.#setting;
    const place = this.#place();
    this.#task.onStep('bring-up');
    const broker = await bringUp(this.#task.broker, place);
    this.#broker = broker;
    const says = await identify(
      { ...this.#task.broker, value: this.#task.cell[brokerDimension(file).name] },
      broker,
      normaliserOf(brokerDimension(file).normalise),
      Math.min(VERSION_MILLIS, place.limitMillis),
    );
    this.#log.write('matrix', `the broker is ${says}`);
    const stage: Stage = { ...place, setting: this.#setting, broker };
    for (const name of [...file.scenarios, ...(toMillis(file.soak) > 0 ? (['soak'] as const) : [])]) {
      this.#task.onStep(name);
      this.#played.push(await playScenario(name, stage));
    }
    return verdictOf(this.#played);
  }

  #place(): Place {
    const setting = this.#setting;
    const { candidate } = setting;
    return {
      folder: this.#task.folder,
      fileFolder: setting.fileFolder,
      cache: setting.cache,
      env: {
        ...setting.env,
        ...cellVariables(this.#task.cell),
        MATRIX_DIR: setting.fileFolder,
        ARTIFACT: candidate.artifact,
        RELEASE: candidate.release,
        HARDWARE: candidate.hardware,
      },
      log: (who, line) => this.#log.write(who, line),
      started: this.#task.started,
      limitMillis: toMillis(setting.file.limits.bringUp),
      signal: this.#task.signal,
    };
  }

  async stop(): Promise<void> {
    await this.#broker?.stop();
  }

  report({ result, because }: Ending, log: string): CellReport {
    const { device } = this.#setting.file;
    const soak = this.#played
      .map(({ ran }) => ran)
      .reduce((best, ran) => (ran.deviceSeconds > best.deviceSeconds ? ran : best), NO_TIME);
    return {
      cell: this.#task.cell,
      result,
      because: because.slice(0, 2_000),
      devices: soak === NO_TIME ? 0 : device.count,
      finishedAt: this.#setting.clock.now(),
      soak,
      scenarios: this.#played.map((played) => played.result),
      log,
    };
  }
}

/** One failure fails the cell. Without one, what could not be learned leaves it open; what is unsupported does not. */
function verdictOf(played: readonly Played[]): Ending {
  const says = ({ scenario, because }: ScenarioResult) => `${scenario}: ${because}`;
  const failed = played.filter(({ result }) => result.result === 'failed');
  if (failed.length > 0)
    return { result: 'failed', because: failed.map((one) => says(one.result)).join('; ') };
  const broken = played.filter((one) => one.broken);
  if (broken.length > 0)
    return { result: 'not-run', because: broken.map((one) => says(one.result)).join('; ') };
  const passed = played.filter(({ result }) => result.result === 'passed').length;
  if (passed === 0) return { result: 'not-run', because: 'no scenario could be played' };
  const left = played.length - passed;
  return {
    result: 'passed',
    because: `${passed} scenarios passed${left > 0 ? `, ${left} unsupported` : ''}`,
  };
}

function wordsOf(error: unknown): string {
  if (error instanceof NotRun) return error.message;
  return `the cell broke: ${error instanceof Error ? error.message : String(error)}`;
}
