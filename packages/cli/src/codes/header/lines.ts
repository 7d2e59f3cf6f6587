/**
 * The directives of a header (ISO/IEC 9899:2011, 6.10). What `#if 0` closes off is left out; of every other condition
 * both branches are taken, because nobody here knows how the firmware is compiled.
 */
import type { Token } from './tokens.ts';

export interface Condition {
  readonly line: number;
  /** As it is written, `#ifdef WITH_RADIO`. */
  readonly text: string;
  readonly parent: Condition | undefined;
  /** Something was extracted inside of it. */
  isUsed: boolean;
  /** Keeps the header from being read twice; both branches of it are no question. */
  isGuard: boolean;
  branch: 'open' | 'closed' | 'closed-for-good';
}

/** One token of code, or one definition, in order. `index` counts all tokens of the header. */
export type Item = { readonly index: number; readonly condition: Condition | undefined } & (
  | { readonly kind: 'token'; readonly token: Token }
  | {
      readonly kind: 'define';
      readonly name: Token;
      readonly takesArguments: boolean;
      readonly body: readonly Token[];
      /** Index of the token after its line. */
      readonly end: number;
    }
  | { readonly kind: 'undef'; readonly name: string }
);

export interface Lines {
  readonly items: readonly Item[];
  readonly conditions: readonly Condition[];
  /** Conditions that do not end, and ends without one. */
  readonly unbalanced: ReadonlyArray<{ readonly line: number; readonly message: string }>;
}

export function readLines(tokens: readonly Token[]): Lines {
  const reader = new Reader();
  for (let at = 0; at < tokens.length;) {
    let end = at;
    while (tokens[end]?.kind !== 'line-end') end++;
    if (tokens[at]?.text === '#') reader.directive(tokens.slice(at, end), at, end + 1);
    else reader.code(tokens, at, end);
    at = end + 1;
  }
  return reader.end();
}

class Reader {
  readonly #items: Item[] = [];
  readonly #conditions: Condition[] = [];
  readonly #unbalanced: { line: number; message: string }[] = [];
  #open: Condition | undefined;
  /** How many of the open conditions leave out what is in them now. */
  #closed = 0;
  #guard: { readonly condition: Condition; readonly name: string; readonly items: number } | undefined;

  code(tokens: readonly Token[], from: number, to: number): void {
    if (this.#closed > 0) return;
    for (let index = from; index < to; index++)
      this.#items.push({ kind: 'token', token: tokens[index] as Token, index, condition: this.#open });
  }

  directive(tokens: readonly Token[], index: number, end: number): void {
    const [, name, ...rest] = tokens;
    switch (name?.text ?? '') {
      case 'if':
      case 'ifdef':
      case 'ifndef':
        return this.#begin(tokens, rest);
      case 'elif':
      case 'elifdef':
      case 'elifndef':
        return this.#branch(tokens, rest[0]?.text === '0' && rest.length === 1 ? 'closed' : 'open');
      case 'else':
        return this.#branch(tokens, 'open');
      case 'endif':
        return this.#finish(tokens);
      case 'define':
        return this.#define(rest, index, end);
      case 'undef':
        if (this.#closed === 0 && rest[0])
          this.#items.push({ kind: 'undef', name: rest[0].text, index, condition: this.#open });
        return undefined;
      default:
        return undefined;
    }
  }

  end(): Lines {
    for (let open = this.#open; open; open = open.parent)
      this.#unbalanced.push({ line: open.line, message: `${open.text} does not end` });
    return { items: this.#items, conditions: this.#conditions, unbalanced: this.#unbalanced };
  }

  #begin(tokens: readonly Token[], rest: readonly Token[]): void {
    const [keyword] = tokens.slice(1);
    const constant = keyword?.text === 'if' && rest.length === 1 ? rest[0]?.text : undefined;
    const condition: Condition = {
      line: tokens[0]?.line ?? 0,
      text: `#${keyword?.text ?? ''} ${rest.map(({ text }) => text).join(' ')}`.slice(0, 80),
      parent: this.#open,
      isUsed: false,
      // Nothing is a question of where the branch that is taken is certain.
      isGuard: constant === '0' || constant === '1',
      branch: constant === '0' || constant === 'false' ? 'closed' : 'open',
    };
    if (keyword?.text === 'ifndef' && rest[0])
      this.#guard = { condition, name: rest[0].text, items: this.#items.length };
    this.#conditions.push(condition);
    this.#open = condition;
    if (condition.branch !== 'open') this.#closed++;
  }

  #branch(tokens: readonly Token[], branch: 'open' | 'closed'): void {
    const open = this.#open;
    if (!open) return this.#lost(tokens);
    const isTaken = open.text === '#if 1' || open.text === '#if true';
    const next = isTaken ? 'closed-for-good' : branch;
    if (open.branch !== 'open') this.#closed--;
    if (next !== 'open') this.#closed++;
    open.branch = next;
  }

  #finish(tokens: readonly Token[]): void {
    const open = this.#open;
    if (!open) return this.#lost(tokens);
    if (open.branch !== 'open') this.#closed--;
    this.#open = open.parent;
  }

  #lost([hash, name]: readonly Token[]): void {
    this.#unbalanced.push({ line: hash?.line ?? 0, message: `#${name?.text ?? ''} without an #if` });
  }

  #define(rest: readonly Token[], index: number, end: number): void {
    const [name, ...after] = rest;
    if (this.#closed > 0 || name?.kind !== 'word') return;
    const takesArguments = after[0]?.text === '(' && after[0].joined;
    this.#items.push({
      kind: 'define',
      name,
      takesArguments,
      body: after,
      index,
      end,
      condition: this.#open,
    });
    const guard = this.#guard;
    if (guard?.name === name.text && guard.items === this.#items.length - 1 && after.length === 0)
      guard.condition.isGuard = true;
  }
}
