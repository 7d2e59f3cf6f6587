/** Consent: one handler a route. */
import { requestApproval } from '../../../approvals/ask-start.ts';
import { approve } from '../../../approvals/approve.ts';
import { delegate, listDelegations, revokeDelegation } from '../../../approvals/delegations.ts';
import { listApprovals, viewApproval } from '../../../approvals/view.ts';
import { withdrawConsent } from '../../../approvals/withdraw.ts';
import { breakGlass } from '../../../break-glass/break.ts';
import { listGlasses } from '../../../break-glass/list.ts';
import { closeReview } from '../../../break-glass/review.ts';
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';

type Names =
  | 'requestApproval'
  | 'listApprovals'
  | 'viewApproval'
  | 'approve'
  | 'withdrawConsent'
  | 'listDelegations'
  | 'delegate'
  | 'revokeDelegation'
  | 'breakGlass'
  | 'listGlasses'
  | 'closeReview';

export function consentHandlers(context: Context): HandlersOf<Names> {
  return {
    requestApproval: ({ principal, params, body }) =>
      requestApproval(context, principal, params.rollout, body.because),
    listApprovals: ({ principal }) => listApprovals(context, principal),
    viewApproval: ({ principal, params }) => viewApproval(context, principal, params.approval),
    approve: ({ principal, params, body }) => approve(context, principal, params.approval, body),
    withdrawConsent: ({ principal, params, body }) =>
      withdrawConsent(context, principal, params.approval, body.because),
    listDelegations: () => listDelegations(context),
    delegate: ({ principal, body }) => delegate(context, principal, body),
    revokeDelegation: ({ principal, params }) => revokeDelegation(context, principal, params.delegation),
    breakGlass: ({ principal, body }) => breakGlass(context, principal, body),
    listGlasses: () => listGlasses(context),
    closeReview: ({ principal, params, body }) => closeReview(context, principal, params.glass, body.finding),
  };
}
