/**
 * A session in a worker thread of its own, with a memory limit. A worker that throws, runs out of memory, or
 * does not answer a heartbeat is ended; the session is over then, and the next one has a new worker. Whatever
 * goes wrong in there (the library loops, a broker feeds it), HTTP polling beside it does not notice.
 */
import { Worker } from 'node:worker_threads';
import { wallClock } from '@tuesday/protocol/clock';
import type { OpenSession, Session, SessionEvents, SessionOver, SessionSettings } from './session.ts';
import { sessionProgram } from './session-program.ts';

export type ToWorker =
  | { readonly do: 'publish'; readonly request: string; readonly topic: string; readonly payload: string }
  | { readonly do: 'end'; readonly because: string }
  | { readonly do: 'beat' };

export type FromWorker =
  | { readonly tell: 'up' }
  | { readonly tell: 'message'; readonly topic: string; readonly payload: string }
  | { readonly tell: 'not-published'; readonly request: string; readonly because: string }
  | { readonly tell: 'over'; readonly how: SessionOver }
  | { readonly tell: 'alive'; readonly outsideHeap: number };

export interface Isolation {
  /** Real milliseconds between heartbeats; one that is not answered by the next ends the worker. */
  readonly beatMillis: number;
  /** Another program than ours, for tests that want one that misbehaves. */
  readonly program?: string | URL;
}

/** A session needs a tenth of this. */
const HEAP = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2, stackSizeMb: 2 };
/** Bytes of buffers outside of the heap. */
const OUTSIDE_HEAP = 16 * 1_048_576;

const BEAT = 15_000;

export function isolatedSessions({ beatMillis, program }: Isolation = { beatMillis: BEAT }): OpenSession {
  return (settings, events) => new IsolatedSession(settings, events, beatMillis, program);
}

class IsolatedSession implements Session {
  readonly #events: SessionEvents;
  readonly #worker: Worker;
  readonly #over = new AbortController();
  #answered = true;

  constructor(
    settings: SessionSettings,
    events: SessionEvents,
    beatMillis: number,
    program: string | URL | undefined,
  ) {
    this.#events = events;
    const own = program === undefined ? sessionProgram() : { file: program, eval: false };
    this.#worker = new Worker(own.file, {
      eval: own.eval,
      workerData: settings,
      resourceLimits: HEAP,
      // What the library prints is not ours to say.
      stdout: true,
      stderr: true,
    });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (error) => this.#end(`the MQTT worker failed: ${error.message}`));
    this.#worker.on('exit', (code) => this.#end(`the MQTT worker ended with ${code}`));
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    void this.#watch(beatMillis);
  }

  publish(request: string, topic: string, payload: string): void {
    this.#tell({ do: 'publish', request, topic, payload });
  }

  end(because: string): void {
    this.#tell({ do: 'end', because });
    // In good order if it can, and at once if it cannot.
    void wallClock()
      .sleep(1_000, this.#over.signal)
      .then(
        () => this.#end(because),
        () => undefined,
      );
  }

  #tell(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    this.#worker.postMessage(message);
  }

  async #watch(beatMillis: number): Promise<void> {
    const wall = wallClock();
    const { signal } = this.#over;
    while (!signal.aborted) {
      this.#answered = false;
      this.#tell({ do: 'beat' });
      await wall.sleep(beatMillis, signal).catch(() => undefined);
      if (!signal.aborted && !this.#answered)
        this.#end(`the MQTT worker did not answer for ${beatMillis / 1_000} s and was ended`);
    }
  }

  #hear(message: FromWorker): void {
    if (this.#over.signal.aborted) return;
    switch (message.tell) {
      case 'up':
        return this.#events.up();
      case 'message':
        return this.#events.message(message.topic, message.payload);
      case 'not-published':
        return this.#events.notPublished(message.request, message.because);
      case 'over':
        return this.#finish(message.how);
      case 'alive':
        this.#answered = true;
        if (message.outsideHeap > OUTSIDE_HEAP)
          this.#end(`the MQTT worker held ${message.outsideHeap} bytes and was ended`);
    }
  }

  #end(because: string): void {
    this.#finish({ because, tryOtherVersion: false });
  }

  #finish(how: SessionOver): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort(new Error(how.because));
    void this.#worker.terminate();
    this.#events.over(how);
  }
}
