/** The same spelling rules as the fleet's policy, so that a broker's own word meets what devices report. */
import type { Normalisation } from '@tuesday/protocol';
import { normalise } from '@tuesday/rollout';

export function normaliserOf(rules: Normalisation): (text: string) => string {
  return (text) => normalise(rules, text);
}
