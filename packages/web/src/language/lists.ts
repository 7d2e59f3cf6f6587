/** Several things in one sentence, as the language sets them side by side. */
import { conventions } from './i18n.ts';

const AND = new Intl.ListFormat(conventions(), { type: 'conjunction' });
const OR = new Intl.ListFormat(conventions(), { type: 'disjunction' });

/** "a", "a and b", "a, b and c". */
export function listed(all: readonly string[]): string {
  return AND.format(all);
}

/** "a", "a or b", "a, b or c". */
export function oneOf(all: readonly string[]): string {
  return OR.format(all);
}
