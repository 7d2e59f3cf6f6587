import { t } from '@lingui/core/macro';
import type { Composition, Plan, Rehearsal } from '@tuesday/protocol';
import { useEffect, useState } from 'react';
import type { RehearseAnswer, RehearseOrder } from './rehearse-worker.ts';

/** Runs for each fault: a first impression, and what is attached for whoever approves. */
export const RUNS = [3, 25] as const;

export interface Rehearsing {
  /** Of the plan that is on the page; undefined while the first runs are played. */
  rehearsal: Rehearsal | undefined;
  trouble: string | undefined;
  done: boolean;
}

/**
 * Rehearses in the viewer's own browser, anew when the plan changes.
 *
 * @param key  what is rehearsed: plan and fleet
 * @param plan undefined: nothing can be rehearsed now
 */
export function useRehearsal(
  key: string,
  plan: Plan | undefined,
  composition: Composition | undefined,
): Rehearsing {
  const [played, setPlayed] = useState<{ key: string; answer: RehearseAnswer }>();
  useEffect(() => {
    if (plan === undefined || composition === undefined || composition.devices === 0) return undefined;
    const worker = new Worker(new URL('rehearse-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<RehearseAnswer>) =>
      setPlayed({ key, answer: data }),
    );
    const fails = () => setPlayed({ key, answer: { trouble: t`this browser cannot play it` } });
    worker.addEventListener('error', fails);
    const order: RehearseOrder = { plan, composition, runs: RUNS, at: Date.now() };
    // The rule means windows: a worker has no other origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(order);
    return () => worker.terminate();
    // Plan and composition are what the key says.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  const answer = played?.key === key ? played.answer : undefined;
  const rehearsal = answer && 'rehearsal' in answer ? answer.rehearsal : undefined;
  const trouble = answer && 'trouble' in answer ? answer.trouble : undefined;
  return { rehearsal, trouble, done: rehearsal?.runs === RUNS.at(-1) };
}
