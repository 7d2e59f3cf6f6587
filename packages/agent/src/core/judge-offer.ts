/** May this device take what it is offered? Nothing here believes the server where the signature can tell. */
import {
  compareVersions,
  type OfferUpdate,
  offerSchema,
  type Offer,
  type Refusal,
  refuse,
} from '@tuesday/protocol';
import { runningVersion } from './check-in-body.ts';
import { type SignedTarget, UNKNOWN_FACTS } from './journal.ts';
import type { AgentConfig, State } from './types.ts';

type Known = Pick<State, 'journal' | 'booted'>;

/** Before anything is fetched: does the offer hold together, and has this release failed here before? */
export function judgeOffer(offer: OfferUpdate, state: Known): Refusal | null {
  if (state.journal.rolledBackFrom.includes(offer.version)) {
    return refuse('tried-before', `this device rolled back from ${offer.version} before.`);
  }
  return null;
}

/** @returns undefined when the offer does not parse */
export function parseOffer(offer: Offer): OfferUpdate | null | undefined {
  if (offer.kind === 'none') return null;
  const parsed = offerSchema.safeParse(offer);
  return parsed.success && parsed.data.kind !== 'none' ? parsed.data : undefined;
}

/** After the signatures held: is the signed target what was offered, for us, and allowed from here? */
export function judgeSigned(
  offer: { readonly version: string; readonly target: string },
  signed: SignedTarget,
  state: Known,
  config: Pick<AgentConfig, 'hardware'>,
): Refusal | null {
  const { custom } = signed;
  const running = runningVersion(state);
  if (custom.version !== offer.version) {
    return refuse(
      'offer-invalid',
      `${offer.version} was offered, ${custom.version} is signed for ${offer.target}.`,
    );
  }
  if (custom.hardware !== config.hardware) {
    return refuse(
      'wrong-hardware',
      `the artifact is for ${custom.hardware}, this device is ${config.hardware}.`,
    );
  }
  if (custom.securityVersion < state.journal.securityVersion) {
    return refuse(
      'below-security-version',
      `security version ${custom.securityVersion} is below ${state.journal.securityVersion}, which was confirmed here.`,
    );
  }
  if (compareVersions(custom.version, running) < 0) return judgeWayDown(offer, state, running);
  if (custom.floor !== undefined && compareVersions(running, custom.floor) < 0) {
    return refuse(
      'below-floor',
      `${custom.version} wants ${custom.floor} or later, this device runs ${running}.`,
    );
  }
  return null;
}

/** Down only along the way back that was signed into the release that runs. */
function judgeWayDown(
  offer: { readonly version: string; readonly target: string },
  state: Known,
  running: string,
): Refusal | null {
  const { wayBack } = state.journal.facts[state.booted] ?? UNKNOWN_FACTS;
  if (wayBack?.version === offer.version && wayBack.target === offer.target) return null;
  const signed = wayBack === undefined ? 'none' : wayBack.version;
  return refuse(
    'not-a-way-back',
    `${offer.version} is lower than ${running}, whose signed way back is ${signed}.`,
  );
}
