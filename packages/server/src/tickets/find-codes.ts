/** Error codes in what people write. */
import { canonicalCode } from '@tuesday/protocol';

/** A code that stands by itself: no part of a longer word or number, and nothing longer than a code. */
const CODE = /(?<![0-9A-Za-z_])0[xX][0-9a-fA-F]{1,8}(?![0-9A-Za-z_])/g;

/** Of one text; who writes more of them has pasted a memory dump. */
const MOST = 16;

/**
 * @returns canonical, in the order in which they stand, each once. Every position is looked at once, and ten
 *   characters beyond it at most
 */
export function findCodes(texts: readonly string[]): string[] {
  const found = new Set<string>();
  for (const text of texts)
    for (const [code] of text.matchAll(CODE)) {
      if (found.size >= MOST) return [...found];
      found.add(canonicalCode(code));
    }
  return [...found];
}
