/**
 * Outcomes of a rescue: nobody offered it, so its offer is named by the device. `rollout` is `rescue`, `offer` is
 * `rescue.<version>.<update attempt>`. A server from before refuses them for good, and the device lets them go.
 */
import type { Outcome } from './v1.ts';

/** Stands where an offer has its rollout. */
export const RESCUE_ROLLOUT = 'rescue';

const OFFER = /^rescue\.(.{5,64})\.(\d{1,9})$/;

/** @param attempt number of the update in the device's life */
export function rescueOffer(version: string, attempt: number): string {
  return `${RESCUE_ROLLOUT}.${version}.${attempt}`;
}

/** @returns the version of the recovery release; undefined when the outcome is of no rescue */
export function rescueVersion({ rollout, offer }: Pick<Outcome, 'rollout' | 'offer'>): string | undefined {
  return rollout === RESCUE_ROLLOUT ? OFFER.exec(offer)?.[1] : undefined;
}
