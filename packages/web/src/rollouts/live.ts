/**
 * A rollout as it changes. Keeps one event stream open, and asks the server's status in between: a stream
 * that died without a word (a phone that changed networks) looks alive to the browser.
 */
import type { RolloutView, StatusView } from '@tuesday/protocol';
import { call, pathOf, Refused, SIGNED_IN } from '../api.ts';

export interface Heard {
  view(view: RolloutView): void;
  status(status: StatusView): void;
  connected(): void;
  lost(): void;
  refused(refused: Refused): void;
}

/** Real milliseconds. */
const RETRY_FIRST = 1_000;
const RETRY_MOST = 10_000;
const ASK = 10_000;
const ANSWER_WITHIN = 5_000;

/** @returns ends it */
export function watchLive(rollout: string, heard: Heard, random: () => number = Math.random): () => void {
  let stream: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let ended = false;

  const open = () => {
    stream = new EventSource(pathOf('watchRollout', { rollout }));
    stream.addEventListener('message', (event: MessageEvent<string>) => {
      tries = 0;
      heard.connected();
      heard.view(JSON.parse(event.data) as RolloutView);
    });
    stream.addEventListener('error', drop);
  };
  const drop = () => {
    stream?.close();
    stream = undefined;
    if (ended || retry !== undefined) return;
    heard.lost();
    const most = Math.min(RETRY_MOST, RETRY_FIRST * 2 ** tries++);
    retry = setTimeout(() => void again(), most * (0.5 + random() / 2));
  };
  const again = async () => {
    const alive = await ask();
    retry = undefined;
    if (ended) return;
    if (!alive) return drop();
    open();
  };
  /** Also tells apart why a stream does not open: the event source itself does not say. */
  const ask = async (): Promise<boolean> => {
    try {
      heard.status(await call('status', { signal: AbortSignal.timeout(ANSWER_WITHIN) }));
      await call('viewRollout', { params: { rollout }, signal: AbortSignal.timeout(ANSWER_WITHIN) });
      return true;
    } catch (error) {
      if (ended) return false;
      if (error instanceof Refused && error.refusal.code === 'not-found') heard.refused(error);
      return false;
    }
  };
  const check = async () => {
    if (stream !== undefined && !(await ask())) drop();
  };

  open();
  const timer = setInterval(() => void check(), ASK);
  const onWake = () => void check();
  addEventListener('online', onWake);
  addEventListener(SIGNED_IN, onWake);
  document.addEventListener('visibilitychange', onWake);
  return () => {
    ended = true;
    stream?.close();
    clearTimeout(retry);
    clearInterval(timer);
    removeEventListener('online', onWake);
    removeEventListener(SIGNED_IN, onWake);
    document.removeEventListener('visibilitychange', onWake);
  };
}
