/** From the flags of `tuesday matrix run` to a run. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Cell, wallClock } from '@tuesday/protocol';
import { inherited, type MatrixRun } from '@tuesday/matrix';
import envPaths from 'env-paths';
import type { Running } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { type CandidateFlags, candidateOf, runFolder } from './candidate.ts';
import { findInventory, type InventoryFlags } from './inventory-source.ts';
import { readMatrixFile } from './matrix-file.ts';

export interface RunFlags extends InventoryFlags, CandidateFlags {
  only?: string[];
  /** Cells of the live inventory instead of all that the file can bring up. */
  live?: boolean;
  parallel?: number;
  soak?: string;
  resume?: boolean;
  cache?: string;
}

/** @throws UsageFault naming the flag or the line of the file */
export async function runOf(
  running: Running<RunFlags>,
  more: Pick<MatrixRun, 'signal' | 'onProgress'>,
): Promise<MatrixRun> {
  const { flags } = running;
  const read = await readMatrixFile(flags.file);
  const file = flags.soak === undefined ? read : { ...read, soak: flags.soak };
  const wantsInventory = flags.live === true || flags.inventory !== undefined;
  const inventory = wantsInventory ? await findInventory(running) : undefined;
  const chosen = (flags.only ?? []).map(onlyFlag);
  const candidate = await candidateOf(flags, file);
  return {
    ...more,
    file,
    fileFolder: resolve(dirname(flags.file)),
    candidate,
    clock: wallClock(),
    cache: resolve(flags.cache ?? join(envPaths('tuesday', { suffix: '' }).cache, 'matrix')),
    env: inherited(process.env),
    folder: runFolder(flags, candidate),
    identity: await identityOf(flags, inventory),
    parallel: flags.parallel ?? availableParallelism(),
    resume: flags.resume === true,
    inventory,
    chosen: (cell) => isChosen(cell, chosen),
  };
}

/** `broker=mosquitto 2.0.18` */
function onlyFlag(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageFault(`--only: must read dimension=value, not "${text}"`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** Of each dimension that is named, one of its named values. */
function isChosen(cell: Cell, chosen: ReadonlyArray<readonly [string, string]>): boolean {
  return chosen.every(([name]) => chosen.some(([other, value]) => other === name && cell[name] === value));
}

/** What a run that is continued must have in common with what was begun. */
async function identityOf(flags: RunFlags, inventory: unknown): Promise<string> {
  const text = await readFile(flags.file, 'utf8');
  const facts = [
    text,
    flags.only ?? [],
    flags.soak ?? null,
    inventory === undefined ? null : (flags.inventory ?? 'live'),
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
