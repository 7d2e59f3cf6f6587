import { t } from '@lingui/core/macro';
import type { Phase, StageView } from '@tuesday/protocol';

/** Where a stage stands, for its mark on the timeline. */
export type Standing = 'passed' | 'open' | 'failed' | 'waiting';

export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  passed: t`passed`,
  open: t`open`,
  failed: t`failed its gate`,
  waiting: t`not opened`,
};

/** A stage that had passed and fails now by late evidence has failed. */
export function standingOf(
  stage: Pick<StageView, 'openedAt' | 'passedAt' | 'verdict'>,
  phase: Phase,
): Standing {
  if (stage.openedAt === null) return 'waiting';
  if (stage.verdict?.kind === 'fail') return 'failed';
  if (stage.passedAt !== null) return 'passed';
  return phase === 'cancelled' ? 'waiting' : 'open';
}

/** No stage soaks any more. */
export function isStopped(phase: Phase): boolean {
  return phase === 'halted' || phase === 'recalling' || phase === 'recalled' || phase === 'cancelled';
}

/** Nothing is left to open or to watch. */
export function isOver(phase: Phase): boolean {
  return isStopped(phase) || phase === 'completed';
}
