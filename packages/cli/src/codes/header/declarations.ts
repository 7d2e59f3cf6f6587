/**
 * Finds enumerators, constants and the names of types in the code of a header, one token at a time, so that
 * definitions in between take effect where they stand.
 */
import type { Token } from './tokens.ts';

export interface Placed {
  readonly token: Token;
  readonly index: number;
}

export interface Hearers {
  /** @param first of its enum, so that it begins at 0 */
  enumerator(name: Placed, value: readonly Placed[], first: boolean, last: Placed): void;
  /** Something stands where an enumerator should: what follows cannot be counted. */
  noEnumerator(at: Token): void;
  constant(name: Placed, value: readonly Placed[], last: Placed): void;
  type(name: string, words: readonly string[]): void;
}

type State =
  | { readonly kind: 'outside' }
  | { readonly kind: 'enum-head'; readonly at: Token }
  | { readonly kind: 'enum-body'; readonly at: Token; depth: number; first: boolean; part: Placed[] }
  | { readonly kind: 'statement'; readonly word: 'const' | 'typedef'; part: Placed[] };

/** Tokens of a declaration beyond which it is not looked at. */
const LONGEST = 256;

export class Declarations {
  readonly #hear: Hearers;
  #state: State = { kind: 'outside' };

  constructor(hear: Hearers) {
    this.#hear = hear;
  }

  /** The enum that has begun and not ended. */
  get unfinished(): Token | undefined {
    return this.#state.kind === 'enum-body' ? this.#state.at : undefined;
  }

  feed(token: Token, index: number): void {
    const state = this.#state;
    switch (state.kind) {
      case 'outside':
        return this.#outside(token);
      case 'enum-head':
        if (token.text === '{')
          this.#state = { kind: 'enum-body', at: state.at, depth: 0, first: true, part: [] };
        else if (/^[;(),=]$/.test(token.text)) this.#state = { kind: 'outside' };
        return undefined;
      case 'enum-body':
        return this.#body(state, { token, index });
      case 'statement':
        return this.#statement(state, { token, index });
      default:
        return state satisfies never;
    }
  }

  #outside(token: Token): void {
    if (token.kind !== 'word') return;
    if (token.text === 'enum') this.#state = { kind: 'enum-head', at: token };
    else if (token.text === 'typedef') this.#state = { kind: 'statement', word: 'typedef', part: [] };
    else if (token.text === 'const' || token.text === 'constexpr')
      this.#state = { kind: 'statement', word: 'const', part: [] };
  }

  #body(state: State & { kind: 'enum-body' }, placed: Placed): void {
    const { text } = placed.token;
    if (state.depth === 0 && (text === ',' || text === '}')) {
      this.#enumerator(state, placed);
      if (text === '}') this.#state = { kind: 'outside' };
      return;
    }
    if (text === '(' || text === '{' || text === '[') state.depth++;
    else if (text === ')' || text === '}' || text === ']') state.depth--;
    state.part.push(placed);
  }

  #enumerator(state: State & { kind: 'enum-body' }, last: Placed): void {
    const [name, equals, ...value] = state.part;
    state.part = [];
    if (!name) return;
    if (name.token.kind === 'word' && (equals === undefined || equals.token.text === '=')) {
      const shown = equals && value.length === 0 ? [equals] : value;
      this.#hear.enumerator(name, shown, state.first, last);
    } else this.#hear.noEnumerator(name.token);
    state.first = false;
  }

  #statement(state: State & { kind: 'statement' }, placed: Placed): void {
    const { text } = placed.token;
    if (text === 'enum' && placed.token.kind === 'word') {
      this.#state = { kind: 'enum-head', at: placed.token };
    } else if (text === ';' || text === '{' || state.part.length > LONGEST) {
      this.#state = { kind: 'outside' };
      if (text !== ';') return;
      if (state.word === 'typedef') this.#typedef(state.part);
      else this.#constant(state.part, placed);
    } else state.part.push(placed);
  }

  #typedef(part: readonly Placed[]): void {
    const words = part.map(({ token }) => token.text);
    const name = words.pop();
    if (name !== undefined && part.every(({ token }) => token.kind === 'word')) this.#hear.type(name, words);
  }

  /** `int NAME = value`: no pointer, no array, no function. */
  #constant(part: readonly Placed[], last: Placed): void {
    const equals = part.findIndex(({ token }) => token.text === '=');
    const name = part[equals - 1];
    const before = part.slice(0, equals);
    const isPlain = before.every(({ token }) => token.kind === 'word' || token.text === '::');
    const isWhole = !before.some(({ token }) => /^(float|double|struct)$/.test(token.text));
    if (equals < 1 || !name || !isPlain || !isWhole) return;
    this.#hear.constant(name, part.slice(equals + 1), last);
  }
}
