/** Runs cases against a client, several at a time, each with a control plane and a folder of its own. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clockOf, startClock, wallClock } from '@tuesday/protocol';
import type { ArtifactMaker } from './artifact.ts';
import { Bench } from './bench.ts';
import { type Case, Fails, type Finding, NotShown } from './case.ts';

export interface RunOptions {
  /** Starts the client under test; for `/bin/sh -c`. */
  readonly command: string;
  /** An empty folder. */
  readonly folder: string;
  readonly cases: readonly Case[];
  /** Cases at a time. */
  readonly parallel: number;
  /** Poll interval that the client is told, real seconds. */
  readonly pollSeconds: number;
  /** How much faster than the wall's the client's clock runs. */
  readonly rate: number;
  /** Real seconds that a case may take. */
  readonly limitSeconds: number;
  readonly makeArtifact: ArtifactMaker;
  readonly onFinding?: (result: CaseResult) => void;
}

export interface CaseResult extends Finding {
  readonly name: string;
  readonly sentence: string;
  /** Where to read how it is done. */
  readonly read: string;
  /** Real seconds. */
  readonly seconds: number;
  /** The last lines that the client printed; of a case that failed. */
  readonly log?: readonly string[];
}

/** @returns in the order of the cases */
export async function runCases(options: RunOptions): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  let next = 0;
  const worker = async () => {
    while (next < options.cases.length) {
      const at = next++;
      const one = options.cases[at];
      if (one === undefined) return;
      const result = await runCase(one, options);
      results[at] = result;
      options.onFinding?.(result);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
  return results;
}

async function runCase(one: Case, options: RunOptions): Promise<CaseResult> {
  const wall = wallClock();
  const folder = join(options.folder, one.name);
  mkdirSync(folder, { recursive: true });
  const began = wall.now();
  const finding = await findingOf(one, folder, options);
  const seconds = (wall.now() - began) / 1_000;
  const read = `docs/clients.md, ${one.read}`;
  const log = finding.verdict === 'fail' ? { log: lastLines(join(folder, 'client.log')) } : {};
  return { name: one.name, sentence: one.sentence, read, seconds, ...finding, ...log };
}

async function findingOf(one: Case, folder: string, options: RunOptions): Promise<Finding> {
  const { command, makeArtifact, rate, limitSeconds } = options;
  const setting = startClock(wallClock().now(), rate);
  const over = AbortSignal.timeout(limitSeconds * 1_000);
  const bench = await Bench.open({
    command,
    folder,
    clock: clockOf(setting),
    clockSetting: rate === 1 ? undefined : setting,
    pollSeconds: Math.max(1, Math.round(options.pollSeconds * rate)),
    makeArtifact,
    mqtt: one.mqtt === true,
    over,
  });
  try {
    return { verdict: 'pass', because: await one.run(bench) };
  } catch (error) {
    if (error instanceof NotShown) return { verdict: 'not-shown', because: error.message };
    if (!(error instanceof Fails)) throw error;
    const late = over.aborted ? ` The case ends after ${limitSeconds} s.` : '';
    return { verdict: 'fail', because: `${error.message}${late}` };
  } finally {
    await bench.close();
  }
}

function lastLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5);
  } catch {
    return [];
  }
}
