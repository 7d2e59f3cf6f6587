/** The same spelling rules as the fleet's policy, so that a broker's own word meets what devices report. */
import type { Normalisation } from '@tuesday/protocol';

export function normaliserOf(rules: Normalisation): (text: string) => string {
  return (text) => rules.as[text] ?? (rules.lowerCase ? text.toLowerCase() : text);
}
