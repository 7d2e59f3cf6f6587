/** Rollouts: one handler a route. */
import { attachRehearsal } from '../../../rollouts/attach-rehearsal.ts';
import { cancelRollout } from '../../../rollouts/cancel.ts';
import { checkPlanWithRisk } from '../../../risk/check-plan.ts';
import { createRollout } from '../../../rollouts/create.ts';
import { excludeSlice } from '../../../rollouts/exclude.ts';
import { haltRollout } from '../../../rollouts/halt.ts';
import { pauseRollout } from '../../../rollouts/pause.ts';
import { recallRollout } from '../../../rollouts/recall.ts';
import { resumeRollout } from '../../../rollouts/resume.ts';
import { startRollout } from '../../../rollouts/start.ts';
import { listRollouts, viewRollout } from '../../../rollouts/view.ts';
import { viewTrialHistory } from '../../../trial/history.ts';
import type { LiveRollouts } from '../live.ts';
import { isRefused, wallClock } from '@tuesday/protocol';
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';

type Names =
  | 'checkPlan'
  | 'listRollouts'
  | 'createRollout'
  | 'viewRollout'
  | 'viewTrialHistory'
  | 'watchRollout'
  | 'startRollout'
  | 'pauseRollout'
  | 'resumeRollout'
  | 'haltRollout'
  | 'recallRollout'
  | 'cancelRollout'
  | 'excludeSlice'
  | 'attachRehearsal';

/** Real milliseconds that the database gets, however long it took to know who asks. */
const LEAST_PATIENCE = 50;

export function rolloutsHandlers(context: Context, live: LiveRollouts): HandlersOf<Names> {
  return {
    checkPlan: ({ body }) => checkPlanWithRisk(context, body),
    listRollouts: () => listRollouts(context),
    createRollout: ({ actor, body }) => createRollout(context, actor, body),
    viewRollout: ({ params }) => viewRollout(context, params.rollout),
    viewTrialHistory: ({ params }) => viewTrialHistory(context, params.rollout),
    watchRollout: async ({ params, http }) => {
      const view = await viewRollout(context, params.rollout);
      return isRefused(view) ? view : live.stream(http.request, http.reply, view);
    },
    startRollout: ({ actor, params, body }) => startRollout(context, actor, params.rollout, body),
    pauseRollout: ({ actor, params, body }) => pauseRollout(context, actor, params.rollout, body.because),
    resumeRollout: ({ actor, params, body }) => resumeRollout(context, actor, params.rollout, body.because),
    haltRollout: ({ actor, params, body, since }) => {
      const left = Math.max(LEAST_PATIENCE, context.stops.patience - (wallClock().now() - since));
      return haltRollout(context, actor, params.rollout, body.because, left);
    },
    recallRollout: ({ actor, params, body }) => recallRollout(context, actor, params.rollout, body.because),
    cancelRollout: ({ actor, params, body }) => cancelRollout(context, actor, params.rollout, body.because),
    excludeSlice: ({ actor, params, body }) => excludeSlice(context, actor, params.rollout, body),
    attachRehearsal: ({ actor, params, body }) => attachRehearsal(context, actor, params.rollout, body),
  };
}
