/**
 * What changes in the fleet, over one event stream that is opened again for ever and goes on after the last event
 * that was heard. The server beats in between: a line that is silent for long is dead, whatever the browser thinks.
 */
import type { FleetChange } from '@tuesday/protocol';
import { pathOf, SIGNED_IN } from '../api.ts';

export interface HeardOfFleet {
  change(change: FleetChange): void;
  connected(): void;
  lost(): void;
}

/** Real milliseconds. */
const RETRY_FIRST = 500;
const RETRY_MOST = 10_000;
const LOOK = 5_000;
const SILENT = 25_000;
/** A page that nobody sees lets its connection go: a browser has few for one server. */
const HIDDEN = 30_000;

/** @returns ends it */
export function watchFleet(heard: HeardOfFleet, random: () => number = Math.random): () => void {
  let stream: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let last = '';
  let tries = 0;
  let heardAt = Date.now();

  const open = () => {
    clearTimeout(retry);
    retry = undefined;
    heardAt = Date.now();
    const since = last === '' ? {} : { since: Number(last) };
    stream = new EventSource(pathOf('watchFleet', undefined, since));
    stream.addEventListener('beat', () => (heardAt = Date.now()));
    stream.addEventListener('message', hear);
    stream.addEventListener('error', drop);
  };
  const hear = ({ data, lastEventId }: MessageEvent<string>) => {
    heardAt = Date.now();
    tries = 0;
    if (lastEventId !== '') last = lastEventId;
    heard.connected();
    heard.change(JSON.parse(data) as FleetChange);
  };
  const close = () => {
    stream?.close();
    stream = undefined;
  };
  const drop = () => {
    close();
    if (retry !== undefined) return;
    // A server ends each stream now and then, so the first end is no news.
    if (tries > 0) heard.lost();
    retry = setTimeout(open, Math.min(RETRY_MOST, RETRY_FIRST * 2 ** tries++) * (0.5 + random() / 2));
  };
  const look = () => {
    if (stream !== undefined && Date.now() - heardAt > SILENT) drop();
  };
  const onWake = () => {
    clearTimeout(resting);
    if (document.visibilityState === 'hidden')
      resting = setTimeout(() => {
        clearTimeout(retry);
        retry = undefined;
        close();
      }, HIDDEN);
    else if (stream === undefined) open();
    else look();
  };

  open();
  const timer = setInterval(look, LOOK);
  addEventListener('online', onWake);
  addEventListener(SIGNED_IN, onWake);
  document.addEventListener('visibilitychange', onWake);
  return () => {
    close();
    for (const each of [retry, resting]) clearTimeout(each);
    clearInterval(timer);
    removeEventListener('online', onWake);
    removeEventListener(SIGNED_IN, onWake);
    document.removeEventListener('visibilitychange', onWake);
  };
}
