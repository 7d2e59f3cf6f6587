/** A broker that is a process of ours. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import type { Reads } from '../file/value.ts';
import { freePort } from '../processes/free-port.ts';
import { type Guarded, startGuarded } from '../processes/guard.ts';
import { eachLine } from '../processes/lines.ts';
import { untilAccepts } from './accepts.ts';
import { NotRun, type Place, type Service } from './service.ts';
import { askVersion } from './version.ts';

export interface ProgramToStart {
  /** Run by `/bin/sh`, with HOST, PORT, DIR and CONFIG. */
  readonly command: string;
  readonly config?: string | undefined;
  /** What the words in `config` mean where the program runs, if that is elsewhere. */
  readonly inside?: Readonly<Record<'HOST' | 'PORT' | 'DIR', string>>;
  readonly reads?: Reads | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends what does not end with its processes. */
  readonly cleanUp?: string;
}

const HOST = '127.0.0.1';

/** @throws NotRun when it ends, or accepts no connection in time */
export async function startProgram(program: ProgramToStart, place: Place): Promise<Service> {
  const port = await freePort();
  const config = join(place.folder, 'broker.conf');
  const words = { HOST, PORT: String(port), DIR: place.folder, USER: userInfo().username };
  const env = { ...place.env, ...words, ...program.env, CONFIG: config };
  await writeFile(config, fillIn(program.config ?? '', { ...words, ...program.inside }));
  const process = new BrokerProcess(program, env, place);
  await process.start(port);
  const asked = { ...place, env };
  return {
    host: HOST,
    port,
    version: (limitMillis) => {
      if (!program.reads) throw new NotRun('nothing says how its version is read');
      return askVersion(program.reads, { host: HOST, port }, asked, limitMillis);
    },
    restart: async () => {
      await process.kill();
      await process.start(port);
    },
    stop: () => process.kill(),
  };
}

function fillIn(config: string, words: Readonly<Record<string, string>>): string {
  return config.replaceAll(/\$(HOST|PORT|DIR|USER)\b/g, (_, name: string) => words[name] ?? '');
}

class BrokerProcess {
  readonly #program: ProgramToStart;
  readonly #env: Readonly<Record<string, string>>;
  readonly #place: Place;
  #running: Guarded | undefined;

  constructor(program: ProgramToStart, env: Readonly<Record<string, string>>, place: Place) {
    this.#program = program;
    this.#env = env;
    this.#place = place;
  }

  async start(port: number): Promise<void> {
    const { cleanUp, command } = this.#program;
    const running = startGuarded({
      argv: ['/bin/sh', '-c', command],
      env: this.#env,
      cwd: this.#place.folder,
      ...(cleanUp === undefined ? {} : { cleanUp }),
    });
    this.#running = running;
    this.#place.started(running.mark);
    let last = '';
    const say = (line: string) => {
      if (line.trim() !== '') last = line.trim();
      this.#place.log('broker', line);
    };
    eachLine(running.output, say);
    eachLine(running.errors, say);
    const limit = AbortSignal.timeout(this.#place.limitMillis);
    const over = new AbortController();
    const ended = running.ended.then((code) => {
      throw new NotRun(`the broker ended with ${code}${last === '' ? '' : `: ${last}`}`);
    });
    try {
      const until = AbortSignal.any([limit, over.signal, this.#place.signal]);
      await Promise.race([untilAccepts(HOST, port, until), ended]);
    } catch (error) {
      await this.kill();
      if (!limit.aborted || error instanceof NotRun) throw error;
      const seconds = this.#place.limitMillis / 1_000;
      throw new NotRun(`the broker accepts no connection after ${seconds} s`, { cause: error });
    } finally {
      over.abort();
      ended.catch(() => undefined);
    }
  }

  async kill(): Promise<void> {
    await this.#running?.kill();
    this.#running = undefined;
  }
}
