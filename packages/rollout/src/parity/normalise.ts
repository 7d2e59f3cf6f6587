import type { Normalisation } from '@tuesday/protocol';

/**
 * The value that a spelling stands for. Linear in the length of the spelling, whatever the rules are.
 *
 * @returns never empty: a rule that would leave nothing leaves the spelling
 */
export function normalise(rules: Normalisation, spelling: string): string {
  const known = Object.hasOwn(rules.as, spelling) ? rules.as[spelling] : undefined;
  if (known !== undefined) return known;
  const cased = rules.lowerCase ? spelling.toLowerCase() : spelling;
  const cut = withoutPackaging(cased, rules.cutAfterVersion).trim();
  const kept = rules.keepParts === undefined ? cut : keepParts(cut, rules.keepParts);
  const value = rules.steps === undefined ? kept : stepOf(kept, rules.steps);
  return value === '' ? spelling : value;
}

const isDigit = (char: string | undefined) => char !== undefined && char >= '0' && char <= '9';

function withoutPackaging(text: string, marks: string): string {
  for (let at = 1; at < text.length; at++)
    if (marks.includes(text[at] as string) && isDigit(text[at - 1])) return text.slice(0, at);
  return text;
}

/** Of the first number with dots in the text: its first `parts` groups. */
function keepParts(text: string, parts: number): string {
  let begin = 0;
  while (begin < text.length && !isDigit(text[begin])) begin++;
  let end = begin;
  let dots = 0;
  let keep = text.length;
  for (; isDigit(text[end]) || (text[end] === '.' && isDigit(text[end + 1])); end++) {
    if (text[end] !== '.') continue;
    dots += 1;
    if (dots === parts) keep = end;
  }
  return dots < parts ? text : text.slice(0, keep) + text.slice(end);
}

/** The range of rising bounds that a number falls into; what is no number stays as it is. */
function stepOf(text: string, steps: readonly number[]): string {
  const number = Number.parseFloat(text);
  if (Number.isNaN(number)) return text;
  const above = steps.findIndex((step) => number < step);
  if (above === 0) return `< ${steps[0]}`;
  if (above < 0) return `>= ${steps.at(-1)}`;
  return `${steps[above - 1]} to ${steps[above]}`;
}
