import { t } from '@lingui/core/macro';
import type { Rehearsal } from '@tuesday/protocol';
import type { WhatIfResult } from '@tuesday/simulator/rehearsal';
import { type WhatIf, whatIfText } from '@tuesday/simulator/what-if';
import { useEffect, useState } from 'react';
import { Told } from '../ui/failure.ts';
import type { Unplayed, WhatIfAnswer, WhatIfOrder } from './what-if-worker.ts';

/** Runs of each what-if: a first impression, and what can be believed. */
export const RUNS = [3, 25] as const;

interface Played {
  readonly runs: number;
  readonly result: WhatIfResult;
}

export interface Playing {
  /** Of those that were asked and have been played at least a few times, in the order in which they were asked. */
  readonly played: readonly Played[];
  readonly trouble: string | undefined;
  readonly busy: boolean;
  readonly stopped: boolean;
  readonly stop: () => void;
  readonly goOn: () => void;
}

const fresh = () => new Worker(new URL('what-if-worker.ts', import.meta.url), { type: 'module' });
const CANNOT = t`this browser cannot play it`;

function order(worker: Worker, what: WhatIfOrder): void {
  // The rule means windows: a worker has no other origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  worker.postMessage(what);
}

/**
 * Plays in the viewer's own browser whatever has not been played against this world yet.
 *
 * @param key   the world in words: another one forgets what was played
 * @param world undefined: nothing can be played now
 */
export function useWhatIfs(key: string, world: Unplayed | undefined, whatIfs: readonly WhatIf[]): Playing {
  const [kept, setKept] = useState<{ key: string; played: Readonly<Record<string, Played>> }>({
    key,
    played: {},
  });
  const [told, setTold] = useState<{ asked: string; trouble?: string; stopped?: true }>();
  const lines = whatIfs.map(whatIfText);
  const asked = JSON.stringify([key, lines]);
  const played = kept.key === key ? kept.played : {};
  const trouble = told?.asked === asked ? told.trouble : undefined;
  const stopped = told?.asked === asked && told.stopped === true;
  const open = whatIfs.filter((_, index) => played[lines[index] ?? '']?.runs !== RUNS.at(-1));
  const busy = world !== undefined && open.length > 0 && !stopped && trouble === undefined;
  useEffect(() => {
    if (!busy) return undefined;
    const worker = fresh();
    worker.addEventListener('message', ({ data }: MessageEvent<WhatIfAnswer>) => {
      if (data.kind === 'trouble') setTold({ asked, trouble: data.because });
      if (data.kind !== 'played') return;
      const one = { [whatIfText(data.result.whatIf)]: { runs: data.runs, result: data.result } };
      setKept((before) => ({ key, played: { ...(before.key === key ? before.played : {}), ...one } }));
    });
    worker.addEventListener('error', () => setTold({ asked, trouble: CANNOT }));
    order(worker, { kind: 'play', whatIfs: open, world, runs: RUNS });
    return () => worker.terminate();
    // World and what-ifs are what `asked` says; what is still open is read once.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [asked, busy]);
  return {
    played: lines.flatMap((line) => played[line] ?? []),
    trouble,
    busy,
    stopped,
    stop: () => setTold({ asked, stopped: true }),
    goOn: () => setTold(undefined),
  };
}

/** The table that goes with a plan: the catalogue of faults, and these below it. */
export function tableOf(world: Unplayed, whatIfs: readonly WhatIf[]): Promise<Rehearsal> {
  const worker = fresh();
  return new Promise<Rehearsal>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<WhatIfAnswer>) => {
      if (data.kind === 'table') resolve(data.rehearsal);
      else if (data.kind === 'trouble') reject(new Told(t`It could not be played: ${data.because}.`));
    });
    worker.addEventListener('error', () => reject(new Told(t`It could not be played: ${CANNOT}.`)));
    order(worker, { kind: 'table', whatIfs, world: { ...world, runs: RUNS[1] } });
  }).finally(() => worker.terminate());
}
