/**
 * What the names of a header stand for. A macro is replaced by its text, as the preprocessor does it (ISO/IEC
 * 9899:2011, 6.10.3), so that `#define A 1 + 1` and `A * 2` are three. How much text that may become is bounded.
 */
import { evaluate } from './expression.ts';
import { type Integer, NoValue, type Shape, short } from './integers.ts';
import type { Token } from './tokens.ts';

interface Macro {
  readonly body: readonly Token[];
  readonly takesArguments: boolean;
  /** Computed while the names had this age. */
  known?: { readonly age: number; readonly value: Integer };
}

/** Steps for one definition, and for all of them. */
const ONE_EXPANSION = 8_192;
const ALL_EXPANSIONS = 8_000_000;
const DEEPEST = 64;

export class Names {
  readonly #macros = new Map<string, Macro>();
  readonly #constants = new Map<string, Integer>();
  readonly #types = new Map<string, Shape>();
  readonly #unknownTypes: (word: string) => void;
  #age = 0;
  #left = ALL_EXPANSIONS;

  /** @param unknownTypes hears of casts to types that nobody has declared */
  constructor(unknownTypes: (word: string) => void) {
    this.#unknownTypes = unknownTypes;
  }

  define(name: string, body: readonly Token[], takesArguments: boolean): void {
    if (this.#macros.has(name)) this.#age++;
    this.#macros.set(name, { body, takesArguments });
  }

  undefine(name: string): void {
    if (this.#macros.delete(name)) this.#age++;
  }

  setConstant(name: string, value: Integer): void {
    this.#constants.set(name, value);
  }

  setType(name: string, shape: Shape): void {
    this.#types.set(name, shape);
  }

  typeOf(name: string): Shape | undefined {
    return this.#types.get(name);
  }

  /** @throws NoValue */
  compute(tokens: readonly Token[]): Integer {
    return evaluate(this.#expand(tokens), {
      valueOf: (word) => this.#knownMacro(word) ?? this.#constants.get(word),
      typeOf: (word) => this.typeOf(word),
      onUnknownType: this.#unknownTypes,
    });
  }

  /** Computes a macro and keeps its value where text and value come to the same. */
  computeMacro(name: string): Integer {
    const macro = this.#macros.get(name);
    if (!macro) throw new NoValue(`refers to ${short(name)}, which has no value here`);
    const value = this.compute(macro.body);
    if (isClosed(macro.body)) macro.known = { age: this.#age, value };
    return value;
  }

  #knownMacro(name: string): Integer | undefined {
    const known = this.#macros.get(name)?.known;
    return known?.age === this.#age ? known.value : undefined;
  }

  #expand(tokens: readonly Token[]): Token[] {
    const whole: Token[] = [];
    const open: { readonly name: string; readonly body: readonly Token[]; at: number }[] = [
      { name: '', body: tokens, at: 0 },
    ];
    let steps = 0;
    for (let top = open.at(-1); top; top = open.at(-1)) {
      // Names that stand for nothing cost steps, too.
      if (++steps > ONE_EXPANSION || --this.#left < 0) throw new NoValue('becomes too long');
      const token = top.body[top.at++];
      if (token === undefined) {
        open.pop();
        continue;
      }
      const macro = this.#replaced(token);
      if (macro === undefined || open.some(({ name }) => name === token.text)) whole.push(token);
      else if (open.length > DEEPEST)
        throw new NoValue(`refers to its value through more than ${DEEPEST} other names`);
      else open.push({ name: token.text, body: macro.body, at: 0 });
    }
    return whole;
  }

  #replaced(token: Token): Macro | undefined {
    if (token.kind !== 'word') return undefined;
    const macro = this.#macros.get(token.text);
    if (macro?.takesArguments)
      throw new NoValue(`calls ${short(token.text)}, a macro with arguments, which is not computed`);
    return this.#knownMacro(token.text) ? undefined : macro;
  }
}

/** One token, or all of it in one pair of parentheses. */
function isClosed(body: readonly Token[]): boolean {
  if (body.length === 1) return true;
  if (body[0]?.text !== '(') return false;
  let depth = 0;
  for (const [index, { text }] of body.entries()) {
    if (text === '(') depth++;
    else if (text === ')') depth--;
    if (depth === 0) return index === body.length - 1;
  }
  return false;
}
