/**
 * A C or C++ header as tokens (ISO/IEC 9899:2011, 5.1.1.2, phases 2 and 3): lines that continue are joined, comments
 * are kept beside. One pass; every pattern is sticky and none can go back.
 */

export interface Token {
  readonly kind: 'word' | 'number' | 'punctuation' | 'character' | 'string' | 'line-end';
  readonly text: string;
  /** Of the file, from 1. */
  readonly line: number;
  /** Whether it follows the token before it without a space. */
  readonly joined: boolean;
}

export interface Comment {
  /** Without its marks, on one line. */
  readonly text: string;
  readonly line: number;
  readonly lastLine: number;
  /** Index of the token that follows it. */
  readonly before: number;
  /** It begins its line. */
  readonly isAlone: boolean;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

const PATTERNS: ReadonlyArray<readonly [Token['kind'] | 'space' | 'comment', RegExp]> = [
  ['space', /[ \t\f\v\r]+/y],
  ['line-end', /\n/y],
  ['comment', /\/\/[^\n]*/y],
  ['word', /[A-Za-z_$][A-Za-z0-9_$]*/y],
  ['number', /\.?\d(?:[eEpP][+-]|'[0-9A-Za-z]|[0-9A-Za-z_.])*/y],
  ['punctuation', /<<=?|>>=?|##?|->|::|&&|\|\||\.\.\.|[=!<>+\-*/%&|^]=|\+\+|--|[^\s\w"']/y],
];

/** Characters of a comment that are kept. */
const LONGEST = 4_000;

export function tokenize(text: string): Tokens {
  const { joined, lineAt } = joinLines(text);
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  let end = 0;
  const add = (kind: Token['kind'], from: number, to: number) => {
    tokens.push({ kind, text: joined.slice(from, to), line: lineAt(from), joined: from === end });
    end = to;
  };
  const addComment = (from: number, to: number) => {
    const isAlone = (tokens.at(-1)?.kind ?? 'line-end') === 'line-end';
    const lines = { line: lineAt(from), lastLine: lineAt(Math.max(from, to - 1)) };
    const one = { text: plain(joined.slice(from, to)), ...lines, before: tokens.length, isAlone };
    const last = comments.at(-1);
    const continues = isAlone && last?.isAlone && last.before === one.before - 1;
    // Line comments one below the other are one comment.
    if (continues && joined.startsWith('//', from) && last.text.length < LONGEST)
      comments[comments.length - 1] = { ...one, line: last.line, text: `${last.text} ${one.text}` };
    else comments.push(one);
  };
  for (let at = 0; at < joined.length;) {
    const to = blockOrQuote(joined, at) ?? match(joined, at);
    if (to.kind === 'comment') addComment(at, to.end);
    else if (to.kind !== 'space') add(to.kind, at, to.end);
    at = to.end;
  }
  const last = joined.length;
  if (tokens.at(-1)?.kind !== 'line-end') add('line-end', last, last);
  return { tokens, comments };
}

interface Found {
  readonly kind: Token['kind'] | 'space' | 'comment';
  readonly end: number;
}

function match(text: string, at: number): Found {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return { kind, end: pattern.lastIndex };
  }
  return { kind: 'punctuation', end: at + 1 };
}

/** What runs to a closing mark; without one a comment runs to the end of the file, a quote to that of its line. */
function blockOrQuote(text: string, at: number): Found | undefined {
  const quote = text[at];
  if (text.startsWith('/*', at)) {
    const close = text.indexOf('*/', at + 2);
    return { kind: 'comment', end: close < 0 ? text.length : close + 2 };
  }
  if (quote !== '"' && quote !== "'") return undefined;
  let end = at + 1;
  while (end < text.length && text[end] !== quote && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
  if (text[end] === quote) end += 1;
  return { kind: quote === '"' ? 'string' : 'character', end: Math.min(end, text.length) };
}

/** Takes out each backslash at the end of a line with its line end, and remembers where the lines were. */
function joinLines(text: string): { joined: string; lineAt: (offset: number) => number } {
  const parts: string[] = [];
  const joints: number[] = [];
  let length = 0;
  let from = 0;
  for (const { index, 0: mark } of text.matchAll(/\\\r?\n/g)) {
    parts.push(text.slice(from, index));
    length += index - from;
    joints.push(length);
    from = index + mark.length;
  }
  parts.push(text.slice(from));
  return { joined: parts.join(''), lineAt: lineCounter(parts.join(''), joints) };
}

/** Counts on from where it was asked last: offsets rarely go back, and then by little. */
function lineCounter(text: string, joints: readonly number[]): (offset: number) => number {
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at + 1);
  return (offset) => 1 + countUpTo(ends, offset) + countUpTo(joints, offset);
}

/** How many of the rising numbers are at most so large. */
function countUpTo(rising: readonly number[], most: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `/**< Text. *\/` and `///< Text.` are `Text.` */
function plain(comment: string): string {
  return comment
    .slice(0, LONGEST)
    .replace(/^\/[/*][/*!<]*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.trim().replace(/^\*+/, '').trim())
    .filter((line) => line !== '')
    .join(' ')
    .trim();
}
