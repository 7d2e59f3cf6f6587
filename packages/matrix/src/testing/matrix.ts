/** Runs of the matrix for tests: the example's devices, brokers as the test says, a folder that goes away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CellReport, wallClock } from '@tuesday/protocol';
import type * as z from 'zod';
import { type MatrixFile, matrixFileSchema } from '../file/matrix-file.ts';
import { type MatrixOutcome, type MatrixRun, runMatrix } from '../run/run-matrix.ts';
import { inherited } from '../run/setting.ts';
import { thermostat, type ThermostatVersion } from './firmware.ts';

/** Kept between runs: brokers are downloaded once. */
export const CACHE = fileURLToPath(new URL('../../../../.cache/matrix', import.meta.url));

export const DEVICE = {
  command: 'cp "$ARTIFACT" firmware.mjs && exec node firmware.mjs',
  timeRate: 3_600,
  keepAlive: 'KEEP_ALIVE',
  publishes: 'home/{DEVICE}/temperature',
};

export function fileOf(more: Partial<z.input<typeof matrixFileSchema>>): MatrixFile {
  return matrixFileSchema.parse({
    name: 'test',
    device: DEVICE,
    dimensions: [{ name: 'broker', values: [{ embedded: 'aedes' }] }],
    scenarios: ['connect'],
    ...more,
  });
}

export interface Bench extends Disposable {
  readonly folder: string;
  run(
    version: ThermostatVersion,
    file: MatrixFile,
    more?: Partial<MatrixRun>,
  ): Promise<MatrixOutcome & { by: ReadonlyMap<string, CellReport> }>;
}

export function bench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'tuesday-matrix-test-'));
  return {
    folder,
    async run(version, file, more = {}) {
      const outcome = await runMatrix({
        file,
        fileFolder: folder,
        candidate: more.candidate ?? thermostat(version, folder),
        clock: wallClock(),
        cache: CACHE,
        env: { ...inherited(process.env), PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
        folder: join(folder, 'run'),
        identity: 'ab'.repeat(32),
        parallel: 5,
        resume: false,
        chosen: () => true,
        signal: new AbortController().signal,
        onProgress: () => undefined,
        ...more,
      });
      return {
        ...outcome,
        by: new Map(outcome.cells.map((report) => [report.cell['broker'] ?? '', report])),
      };
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
