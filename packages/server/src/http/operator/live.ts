/** A rollout as a stream of server-sent events: at once, whenever it changes, and a heartbeat in between. */
import { hash } from 'node:crypto';
import { isRefused, type RolloutView, wallClock } from '@tuesday/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import { viewRollout } from '../../rollouts/view.ts';
import { openEventStream } from './event-stream.ts';

/** Real milliseconds. */
const LOOK = 250;

interface Frame {
  /** Of everything but the time, so that the same view has the same id. */
  readonly id: string;
  readonly text: string;
}

type Hear = (frame: Frame) => void;

/** However many watch a rollout, it is looked at once. */
export class LiveRollouts {
  readonly #context: Pick<Context, 'db' | 'clock' | 'log'>;
  readonly #watched = new Map<string, Set<Hear>>();
  readonly #closing = new AbortController();

  constructor(context: Pick<Context, 'db' | 'clock' | 'log'>) {
    this.#context = context;
  }

  /** Ends all streams. */
  close(): void {
    this.#closing.abort();
  }

  /** @param first the view as it was just read */
  async stream(request: FastifyRequest, reply: FastifyReply, first: RolloutView): Promise<void> {
    const stream = openEventStream(reply, this.#closing.signal);
    let sent = request.headers['last-event-id'];
    const send: Hear = ({ id, text }) => {
      // Who reads slowly gets the newest view later instead of all of them.
      if (id === sent || stream.isFull) return;
      sent = id;
      stream.send(`id: ${id}\ndata: ${text}`);
    };
    send(frameOf(first));
    this.#watch(first.rollout, send);
    await stream.hold();
    this.#watched.get(first.rollout)?.delete(send);
  }

  #watch(rollout: string, hear: Hear): void {
    const hearing = this.#watched.get(rollout);
    if (hearing) {
      hearing.add(hear);
      return;
    }
    this.#watched.set(rollout, new Set([hear]));
    void this.#look(rollout);
  }

  /** Runs while somebody watches. */
  async #look(rollout: string): Promise<void> {
    const wall = wallClock();
    for (;;) {
      await wall.sleep(LOOK, this.#closing.signal).catch(() => undefined);
      const hearing = this.#watched.get(rollout);
      if (!hearing || hearing.size === 0 || this.#closing.signal.aborted) break;
      try {
        const view = await viewRollout(this.#context, rollout);
        if (isRefused(view)) continue;
        const frame = frameOf(view);
        for (const hear of hearing) hear(frame);
      } catch (err) {
        this.#context.log.warn({ err }, 'a watched rollout could not be read');
      }
    }
    this.#watched.delete(rollout);
  }
}

function frameOf(view: RolloutView): Frame {
  const id = hash('sha256', JSON.stringify({ ...view, now: 0 }), 'base64url').slice(0, 22);
  return { id, text: JSON.stringify(view) };
}
