/**
 * The folder of a run: what it is about, the reports of the cells that are done, their logs, and the marks of all
 * processes that it ever started. A run that was killed at any point is continued from it.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CellReport,
  cellReportSchema,
  cellSchema,
  instantSchema,
  sha256Schema,
} from '@tuesday/protocol';
import * as z from 'zod';

const recordSchema = z.object({
  tuesdayMatrix: z.literal(1),
  release: z.string(),
  hardware: z.string(),
  artifact: sha256Schema,
  /** SHA-256 of `matrix.yaml`, and of what was chosen beside it. */
  matrix: sha256Schema,
  startedAt: instantSchema,
  cells: z.array(cellSchema),
  /** Cell by cell, the index of the broker among the values of its dimension. */
  brokers: z.array(z.int()),
});
export type RunRecord = z.infer<typeof recordSchema>;

/** The folder is not what was expected; `message` says what to do. */
export class FolderFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FolderFault';
  }
}

export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  logFile(cell: number): string {
    return join(this.path, 'logs', `${numbered(cell)}.log`);
  }

  workFolder(cell: number): string {
    return join(this.path, 'work', numbered(cell));
  }

  /** Before anything that a process does: whoever comes after us can find it. */
  readonly started = (mark: string): void => {
    appendFileSync(join(this.path, 'marks'), `${mark}\n`);
  };

  async marks(): Promise<Set<string>> {
    const text = await readFile(join(this.path, 'marks'), 'utf8').catch(() => '');
    return new Set(text.split('\n').filter((mark) => mark !== ''));
  }

  /** Undefined when no run was begun here. */
  async record(): Promise<RunRecord | undefined> {
    const file = join(this.path, 'run.json');
    if (!existsSync(file)) return undefined;
    const parsed = recordSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (!parsed.success)
      throw new FolderFault(`${file} is not of a run of the matrix; choose another folder`);
    return parsed.data;
  }

  /** Only what a run makes is removed: the folder may have been named by mistake. */
  async begin(record: RunRecord): Promise<void> {
    for (const name of ['cells', 'logs', 'work'])
      await rm(join(this.path, name), { recursive: true, force: true });
    for (const name of ['cells', 'logs', 'work']) await mkdir(join(this.path, name), { recursive: true });
    await writeWhole(join(this.path, 'run.json'), record);
  }

  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    const strange = (await readdir(this.path)).find(
      (name) => !/^(cells|logs|work|marks|runner(\.\d+)?|run\.json(\.new)?)$/.test(name),
    );
    if (strange !== undefined && !existsSync(join(this.path, 'run.json')))
      throw new FolderFault(
        `${this.path} holds ${strange} and is no run of the matrix; choose another folder`,
      );
  }

  async finished(cell: number, report: CellReport): Promise<void> {
    await writeWhole(join(this.path, 'cells', `${numbered(cell)}.json`), report);
  }

  /** Reports of cells of which something was learned; the others are to be run again. */
  async done(count: number): Promise<Map<number, CellReport>> {
    const done = new Map<number, CellReport>();
    for (let cell = 0; cell < count; cell++) {
      const file = join(this.path, 'cells', `${numbered(cell)}.json`);
      if (!existsSync(file)) continue;
      const report = cellReportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      if (report.result !== 'not-run') done.set(cell, report);
    }
    return done;
  }

  async end(): Promise<void> {
    await rm(join(this.path, 'work'), { recursive: true, force: true });
    await rm(join(this.path, 'marks'), { force: true });
  }
}

function numbered(cell: number): string {
  return String(cell + 1).padStart(4, '0');
}

/** Beside, then renamed: a run that is killed leaves whole files or none. */
async function writeWhole(file: string, value: unknown): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
