/** What no password may be. Length is the schema's; NIST SP 800-63B-4 3.1.1.2 wants no rules of composition. */
import { type OrRefused, refuse } from '@tuesday/protocol';

/** Fewer different characters than this are one key held down, or two in turn. */
const DIFFERENT = 5;

export function judgePassword(password: string, person: string, display: string): OrRefused<{ ok: true }> {
  const plain = bare(password);
  const because = (words: string) => ({ refused: refuse('bad-request', words, { field: 'password' }) });
  if (new Set(password).size < DIFFERENT)
    return because(`password: it has fewer than ${DIFFERENT} different characters`);
  for (const own of [person, display, 'tuesday'].map(bare))
    if (own !== '' && plain.replaceAll(own, '').length < 4)
      return because('password: it is little more than your name or that of this product');
  if (isRepeated(plain)) return because('password: it is a short piece again and again');
  return { ok: true };
}

function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** A piece of up to a third of its length, repeated to its end. */
function isRepeated(text: string): boolean {
  for (let size = 1; size * 3 <= text.length; size++) {
    const piece = text.slice(0, size);
    if (piece.repeat(Math.ceil(text.length / size)).startsWith(text)) return true;
  }
  return false;
}
