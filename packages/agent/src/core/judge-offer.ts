/** May this device take what it is offered? Nothing here believes the server where the signature can tell. */
import {
  compareVersions,
  type Offer,
  offerSchema,
  type OfferUpdate,
  type OrRefused,
  type Refusal,
  refuse,
  refuseParse,
  targetPath,
} from '@tuesday/protocol';
import { runningVersion } from './check-in-body.ts';
import { type SignedTarget, UNKNOWN_FACTS } from './journal.ts';
import { isStuck } from './trouble.ts';
import type { AgentConfig, State } from './types.ts';

type Known = Pick<State, 'journal' | 'booted'>;

/** Is the offer meant for this device, and does it hold together? Asked of every offer that parses. */
export function judgeShape(offer: OfferUpdate, state: Known, config: AgentConfig): Refusal | null {
  if (offer.device !== undefined && offer.device !== config.device) {
    return refuse('wrong-device', `the offer is for ${offer.device}, this device is ${config.device}.`);
  }
  const { version, target, kind, retry } = offer;
  if (version === runningVersion(state) && target !== targetPath(version, config.hardware)) {
    return refuse('offer-invalid', `${version} runs here, and ${target} is not its target.`);
  }
  if (kind === 'recall' && retry === true) {
    return refuse('offer-invalid', 'a recall is not a second try of a release.');
  }
  return null;
}

/** Before anything is fetched: may this device take the release at all? */
export function judgeOffer(offer: OfferUpdate, state: Known & Pick<State, 'control'>): Refusal | null {
  const { rolledBackFrom, retried = [], facts } = state.journal;
  if (isStuck(state)) {
    const { defaultSlot } = state.control;
    const because = `the boot loader boots slot ${state.booted} although slot ${defaultSlot} is to boot.`;
    return refuse('interrupted', because);
  }
  if (rolledBackFrom.includes(offer.version)) {
    if (offer.retry !== true) {
      return refuse('tried-before', `this device rolled back from ${offer.version} before.`);
    }
    if (retried.includes(offer.offer)) {
      return refuse(
        'tried-before',
        `this device tried ${offer.version} once more for ${offer.offer} already.`,
      );
    }
  }
  // Firmware whose label was lost has to be reachable somehow: there the signed target alone decides.
  const running = facts[state.booted];
  if (offer.kind === 'recall' && running !== null && running.wayBack?.version !== offer.version) {
    const signed = running.wayBack?.version ?? 'none';
    const because = `${offer.version} was recalled to, and the signed way back of ${running.version} is ${signed}.`;
    return refuse('not-a-way-back', because);
  }
  return null;
}

/** @returns refused `offer-invalid`, with the first field that does not parse */
export function parseOffer(offer: Offer): OrRefused<{ offer: OfferUpdate | null }> {
  const parsed = offerSchema.safeParse(offer);
  if (!parsed.success) {
    const refused = refuseParse(parsed.error, 'offer-invalid');
    return { refused: { ...refused, because: `the offer does not parse: ${refused.because}.` } };
  }
  return { offer: parsed.data.kind === 'none' ? null : parsed.data };
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
