/** Constant integer expressions of C (ISO/IEC 9899:2011, 6.6): literals, names, casts and arithmetic. */
import { binary, convert, type Integer, literal, NoValue, type Shape, short, unary } from './integers.ts';
import type { Token } from './tokens.ts';
import { isTypeWord, shapeOf } from './types.ts';

export interface Words {
  /** @returns undefined when the word has no value */
  valueOf(word: string): Integer | undefined;
  /** @returns undefined when the word is no type of the header */
  typeOf(word: string): Shape | undefined;
  /** Hears of a cast to a type that nobody has declared: the value stays what it is. */
  onUnknownType(word: string): void;
}

/** Operators of two operands by how strongly they bind. */
const STRENGTH: Readonly<Record<string, number>> = {
  '|': 1,
  '^': 2,
  '&': 3,
  '<<': 4,
  '>>': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};
const DEEPEST = 200;

/** @throws NoValue */
export function evaluate(tokens: readonly Token[], words: Words): Integer {
  const reading = new Reading(tokens, words);
  const value = reading.expression(0, 0);
  const left = reading.next;
  if (left) throw new NoValue(`holds ${short(left.text)}, which is not computed`);
  return value;
}

class Reading {
  readonly #tokens: readonly Token[];
  readonly #words: Words;
  #at = 0;

  constructor(tokens: readonly Token[], words: Words) {
    this.#tokens = tokens;
    this.#words = words;
  }

  get next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  expression(least: number, depth: number): Integer {
    if (depth > DEEPEST) throw new NoValue('is nested too deeply');
    let value = this.#operand(depth);
    for (;;) {
      const operator = this.next?.text ?? '';
      const strength = Object.hasOwn(STRENGTH, operator) ? (STRENGTH[operator] as number) : 0;
      if (strength === 0 || strength <= least) return value;
      this.#at++;
      value = binary(operator, value, this.expression(strength, depth + 1));
    }
  }

  #operand(depth: number): Integer {
    if (depth > DEEPEST) throw new NoValue('is nested too deeply');
    const token = this.next;
    if (!token) throw new NoValue('ends too early');
    this.#at++;
    if (token.kind === 'number') return literal(token.text);
    if (token.kind === 'character') throw new NoValue('is a character, which is no code');
    if (token.kind === 'string') throw new NoValue('is text, which is no code');
    if (token.kind === 'word') return this.#word(token.text);
    if (token.text === '(') return this.#parenthesis(depth);
    if (token.text === '+' || token.text === '-' || token.text === '~')
      return unary(token.text, this.#operand(depth + 1));
    throw new NoValue(`holds ${short(token.text)}, which is not computed`);
  }

  #word(word: string): Integer {
    const value = this.#words.valueOf(word);
    if (value) return value;
    if (word === 'sizeof') throw new NoValue('holds sizeof, which is not computed');
    throw new NoValue(`refers to ${short(word)}, which has no value here`);
  }

  #parenthesis(depth: number): Integer {
    const cast = this.#cast();
    if (cast) {
      const operand = this.#operand(depth + 1);
      return cast === 'unknown' ? operand : convert(operand.value, cast);
    }
    const value = this.expression(0, depth + 1);
    if (this.next?.text !== ')') throw new NoValue('lacks a closing parenthesis');
    this.#at++;
    return value;
  }

  /** The type in a cast whose opening parenthesis is read; nothing is read where there is none. */
  #cast(): Shape | 'unknown' | undefined {
    const names: string[] = [];
    let end = this.#at;
    for (; names.length < 8; end++) {
      const token = this.#tokens[end];
      if (token?.kind !== 'word' && token?.text !== '::') break;
      names.push(token.text);
    }
    const [first] = names;
    if (first === undefined || this.#tokens[end]?.text !== ')') return undefined;
    const shape = this.#castShape(names, this.#tokens[end + 1]);
    if (shape !== undefined) this.#at = end + 1;
    return shape;
  }

  #castShape(names: readonly string[], after: Token | undefined): Shape | 'unknown' | undefined {
    const known = shapeOf(names);
    if (known) return known;
    const [first = '', second] = names;
    if (first === 'enum' && second !== undefined) return { bits: 32, unsigned: false };
    if (names.some(isTypeWord)) return 'unknown';
    if (second !== undefined) return undefined;
    const declared = this.#words.typeOf(first);
    if (declared) return declared;
    // `(NAME) + 1` is a sum where NAME has a value, and `(type) 1` is a cast where it has none.
    const isOperand = after && (after.kind === 'number' || after.kind === 'word' || after.text === '(');
    if (!isOperand || this.#words.valueOf(first)) return undefined;
    this.#words.onUnknownType(first);
    return 'unknown';
  }
}
