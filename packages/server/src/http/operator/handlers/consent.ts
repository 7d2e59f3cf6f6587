/** Consent: one handler a route. */
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { notBuilt } from './not-built.ts';

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

export function consentHandlers(_context: Context): HandlersOf<Names> {
  return {
    requestApproval: () => notBuilt('requestApproval'),
    listApprovals: () => notBuilt('listApprovals'),
    viewApproval: () => notBuilt('viewApproval'),
    approve: () => notBuilt('approve'),
    withdrawConsent: () => notBuilt('withdrawConsent'),
    listDelegations: () => notBuilt('listDelegations'),
    delegate: () => notBuilt('delegate'),
    revokeDelegation: () => notBuilt('revokeDelegation'),
    breakGlass: () => notBuilt('breakGlass'),
    listGlasses: () => notBuilt('listGlasses'),
    closeReview: () => notBuilt('closeReview'),
  };
}
