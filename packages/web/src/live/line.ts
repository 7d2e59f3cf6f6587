/** The one line of this tab to its fleet: whether it stands, and what is heard on it. */
import type { ChangeTopic, FleetChange } from '@tuesday/protocol';
import { useSyncExternalStore } from 'react';
import { watchFleet } from './fleet-stream.ts';

/** off: nobody is signed in, or it is being opened. lost: nobody answers on it; it is tried again. */
export type LineState = 'off' | 'live' | 'lost';
/** A topic, or one thing of it: `incident i-1`. */
export type Wanted = ChangeTopic | `${ChangeTopic} ${string}`;
/** back: the line stands again after it was lost. */
export type News = FleetChange | 'lost' | 'back';

const hearers = new Set<(news: News) => void>();
const watchers = new Set<() => void>();
let state: LineState = 'off';

/** @returns closes it */
export function openLine(): () => void {
  const end = watchFleet({
    change: (change) => tell(change),
    connected: () => become('live'),
    lost: () => become('lost'),
  });
  return () => {
    end();
    become('off');
  };
}

function become(next: LineState): void {
  const before = state;
  if (before === next) return;
  state = next;
  for (const watch of watchers) watch();
  if (next === 'lost') tell('lost');
  if (before === 'lost' && next === 'live') tell('back');
}

function tell(news: News): void {
  for (const hear of hearers) hear(news);
}

/** @returns stops hearing */
export function hearLine(hear: (news: News) => void): () => void {
  hearers.add(hear);
  return () => void hearers.delete(hear);
}

export function lineState(): LineState {
  return state;
}

export function useLineState(): LineState {
  return useSyncExternalStore(watchState, lineState);
}

function watchState(watch: () => void): () => void {
  watchers.add(watch);
  return () => void watchers.delete(watch);
}

/** @param wanted what an answer is made of; `any` for what everything changes, such as the audit log */
export function concerns(news: FleetChange, wanted: readonly Wanted[] | 'any'): boolean {
  if (wanted.length === 0 || news.topic === 'begin') return false;
  if (news.topic === 'everything') return true;
  if (wanted === 'any') return news.topic !== 'devices';
  return wanted.some(
    (each) =>
      each === news.topic ||
      (news.id === null ? each.startsWith(`${news.topic} `) : each === `${news.topic} ${news.id}`),
  );
}
