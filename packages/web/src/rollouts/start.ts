import { plural, t } from '@lingui/core/macro';
import type { RolloutView } from '@tuesday/protocol';

/**
 * Why a draft cannot start yet. Only a request that exists says so; without one the server decides whether the
 * policy needs any.
 */
export function startRefusal(approval: RolloutView['approval']): string | undefined {
  if (!approval || approval.state === 'approved') return undefined;
  if (approval.state === 'open') {
    const missing = approval.needed - approval.have;
    return plural(missing, {
      one: 'One more person must consent first.',
      other: `${missing} more people must consent first.`,
    });
  }
  return approval.needed === 0 ? undefined : t`The request does not count any more; ask for consent again.`;
}
