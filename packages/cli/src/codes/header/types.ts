/** Names of integer types, as casts and typedefs use them. */
import type { Shape } from './integers.ts';

const KEYWORDS: ReadonlySet<string> = new Set([
  'signed',
  'unsigned',
  'char',
  'short',
  'int',
  'long',
  'const',
]);

const NAMED: Readonly<Record<string, Shape>> = {
  bool: { bits: 8, unsigned: true },
  _Bool: { bits: 8, unsigned: true },
  size_t: { bits: 64, unsigned: true },
  ssize_t: { bits: 64, unsigned: false },
  uintptr_t: { bits: 64, unsigned: true },
  intptr_t: { bits: 64, unsigned: false },
};

/** @returns undefined when the words are no integer type that is known everywhere */
export function shapeOf(words: readonly string[]): Shape | undefined {
  const said = words.filter((word) => word !== 'const' && word !== 'std' && word !== '::');
  const [only = ''] = said;
  if (said.length === 1) {
    if (Object.hasOwn(NAMED, only)) return NAMED[only];
    const sized = /^(u?)int(?:_least|_fast)?(8|16|32|64)_t$/.exec(only);
    if (sized) return { bits: Number(sized[2]) as Shape['bits'], unsigned: sized[1] === 'u' };
  }
  if (said.length === 0 || !said.every((word) => KEYWORDS.has(word))) return undefined;
  return { bits: widthOf(said), unsigned: said.includes('unsigned') };
}

function widthOf(words: readonly string[]): Shape['bits'] {
  if (words.includes('char')) return 8;
  if (words.includes('short')) return 16;
  return words.includes('long') ? 64 : 32;
}

/** Whether a cast could begin with this word. */
export function isTypeWord(word: string): boolean {
  return KEYWORDS.has(word) || shapeOf([word]) !== undefined;
}
