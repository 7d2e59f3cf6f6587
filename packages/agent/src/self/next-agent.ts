/** `tuesday-agent next`: what the launcher's shell is to do now. Nobody else asks. */
import { writeSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { isRefused, parseClock } from '@tuesday/protocol';
import { readConfigFile } from '../run/config-file.ts';
import { AGENT_VERSION } from '../run/version.ts';
import { realDisk } from '../storage/disk.ts';
import { type Ended, type Executable, isOverdue, type Next, nextStart, standingSchema } from './launcher.ts';

/** File descriptor of the answer; events go to standard output. */
const ANSWER = 3;

const ELF = Buffer.from('\x7fELF', 'latin1');

export interface Asked {
  /** Configuration file. */
  readonly config: string;
  /** Exit code of the child before, as the shell has it; empty: there was none. */
  readonly ended: string;
  /** As the answer before said; empty: there was none. */
  readonly standing: string;
  /** Another question: whether an executable is on trial still, and its time is up. The answer is the exit code. */
  readonly overdue: boolean;
}

/**
 * Answers in lines: `start`, standing, whole seconds that it may run (0: for ever), slot or nothing, file; or `wait`,
 * standing, seconds. No line: it is over.
 *
 * @returns the exit code: 0, or what the launcher is to end with; of `overdue` 0 for yes, 1 for no
 */
export async function nextAgent({ config, ended, standing, overdue }: Asked): Promise<number> {
  const read = await readConfigFile(config);
  if (isRefused(read)) {
    process.stderr.write(`${read.refused.code}: ${read.refused.because} (${read.refused.try})\n`);
    return 2;
  }
  const clock = parseClock(process.env['TUESDAY_CLOCK']);
  const options = {
    folder: join(read.config.folder, 'agent'),
    packaged: { path: process.execPath, version: AGENT_VERSION },
    disk: realDisk,
    clock,
    random: Math.random,
    log: (event: string, facts: object) =>
      void process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`),
  };
  if (overdue) return (await isOverdue(options)) ? 0 : 1;
  const next = await nextStart(options, endedIn(ended, standing));
  if (next.is === 'end') return next.code;
  const file = next.is === 'start' ? await startable(next.executable) : '';
  writeSync(ANSWER, answerOf(next, clock.rate, file));
  return 0;
}

/** What a shell cannot start it reads as a script, whatever is in it: then a program that only fails is started. */
async function startable({ path, slot }: Executable): Promise<string> {
  if (slot === undefined) return path;
  // The disk port knows bytes, not permissions.
  await chmod(path, 0o755).catch(() => undefined);
  const start = await realDisk.readPart(path, 0, 4).catch(() => Buffer.alloc(0));
  return start.equals(ELF) || start.toString('latin1', 0, 2) === '#!' ? path : '/bin/false';
}

function endedIn(code: string, text: string): Ended | undefined {
  try {
    const standing = standingSchema.parse(JSON.parse(text));
    return { standing, code: Number(code) };
  } catch {
    return undefined;
  }
}

/** @param rate of the clock; a shell waits in real seconds */
function answerOf(next: Exclude<Next, { is: 'end' }>, rate: number, file: string): string {
  const seconds = (millis: number) => millis / rate / 1_000;
  const standing = JSON.stringify(next.standing);
  if (next.is === 'wait') return `wait\n${standing}\n${seconds(next.millis).toFixed(3)}\n`;
  const { slot = '' } = next.executable;
  const limit = next.limitMillis === undefined ? 0 : Math.ceil(seconds(next.limitMillis));
  return `start\n${standing}\n${limit}\n${slot}\n${file}\n`;
}
