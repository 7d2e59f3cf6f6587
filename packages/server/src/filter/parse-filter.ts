/** Text → filter, or a refusal that says where, what and what would do. */
import type { ExpressionNode } from '@rsql/ast';
import { parse } from '@rsql/parser';
import { FILTER_LIMIT, isRefused, type OrRefused, type Refusal } from '@tuesday/protocol';
import type { Filter } from './filter.ts';
import { type Place, placesIn } from './positions.ts';
import { readTest } from './read-test.ts';
import { bad } from './refuse-filter.ts';

/** More would be a program. */
const COMPARISONS = 50;
/** Plain text: no operator in it. */
const PLAIN = /^[A-Za-z0-9._*-]+$/;

/**
 * @param text RSQL; a single word is a part of an id; nothing fits every device
 * @param now  what spans such as `-3d` count from
 */
export function parseFilter(text: string, now: number): OrRefused<{ filter: Filter | null }> {
  const trimmed = text.trim();
  if (trimmed === '') return { filter: null };
  if (text.length > FILTER_LIMIT) return bad(1, `a filter has at most ${FILTER_LIMIT} characters`);
  if (PLAIN.test(trimmed)) return { filter: idLike(trimmed) };
  let tree: ExpressionNode;
  try {
    tree = parse(text);
  } catch (error) {
    return syntaxProblem(text, (error as Error).message);
  }
  const places = placesIn(text);
  if (places.length > COMPARISONS)
    return bad(places[COMPARISONS]?.field ?? 1, `a filter has at most ${COMPARISONS} comparisons`);
  const read = follow(tree, { places: places.values(), now });
  return isRefused(read) ? read : { filter: read };
}

function idLike(word: string): Filter {
  const pattern = word.includes('*') ? word : `*${word}*`;
  return { kind: 'match', subject: { of: 'id' }, patterns: [pattern], not: false };
}

interface Reading {
  /** Of the comparisons that have not been read. */
  readonly places: Iterator<Place>;
  readonly now: number;
}

/** From left to right, as it is written. */
function follow(node: ExpressionNode, reading: Reading): OrRefused<Filter> {
  if (node.type === 'COMPARISON') {
    const place = (reading.places.next().value as Place | undefined) ?? { field: 1, value: 1 };
    return readTest(node, place, reading.now);
  }
  const left = follow(node.left, reading);
  if (isRefused(left)) return left;
  const right = follow(node.right, reading);
  if (isRefused(right)) return right;
  return { kind: node.operator === ';' || node.operator === 'and' ? 'and' : 'or', of: [left, right] };
}

/** The parser says where; we say what to do. */
function syntaxProblem(text: string, message: string): { refused: Refusal } {
  const at = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length + 1);
  if (message.startsWith('Unclosed quote')) return bad(at, 'this quote is never closed');
  if (message.includes('close parenthesis')) return bad(at, 'this parenthesis is never closed');
  if (message.startsWith('Unexpected end'))
    return bad(
      text.length + 1,
      'the filter ends too early: a comparison is a field, an operator and a value',
    );
  const found = text.slice(at - 1, at + 11);
  return bad(
    at,
    `"${found}" cannot stand here; join comparisons by ";" (and) or "," (or), quote values with spaces`,
  );
}
