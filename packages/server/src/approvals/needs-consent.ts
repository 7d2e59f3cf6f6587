/** The refusal of an act that waits for consent: how many of how many, and where to give it. */
import { type Refusal, refuse } from '@tuesday/protocol';
import { countOf } from '@tuesday/rollout';
import type { StoredRequest } from './requests.ts';

/** @param because why it needs consent, without a full stop */
export function needsConsent(request: StoredRequest, because: string, alone?: string): Refusal {
  const { approval } = request.row;
  return refuse(
    'approval-needed',
    `${because}: ${countOf(request)} of ${request.needed} consents are there, by approval ${approval}`,
    {
      try: `another person: tuesday approval approve ${approval}${alone === undefined ? '' : `; alone, in an emergency: ${alone}`}`,
    },
  );
}
