/** Error codes out of C and C++ headers: `#define`, `enum` and constants, with the values that a compiler gives them. */
import { codeOf, type ErrorCode } from '@tuesday/protocol';
import { Declarations, type Placed } from './declarations.ts';
import { binary, type Integer, intOf, NoValue } from './integers.ts';
import { type Condition, type Item, readLines } from './lines.ts';
import { Names } from './names.ts';
import { Titles } from './titles.ts';
import { type Token, tokenize } from './tokens.ts';
import { shapeOf } from './types.ts';

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface ExtractedCode {
  readonly code: ErrorCode;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Draft of a title, from the comment beside or above; '' where there is none. */
  readonly title: string;
}

export interface Extraction {
  readonly codes: readonly ExtractedCode[];
  /** Names that should have a value and have none. */
  readonly problems: readonly Finding[];
  /** What somebody should know who relies on the list. */
  readonly remarks: readonly Finding[];
}

export interface Header {
  readonly file: string;
  readonly text: string;
}

/** @param isWanted whether a name is that of a code */
export function extractCodes(headers: readonly Header[], isWanted: (name: string) => boolean): Extraction {
  const found = new Found(isWanted);
  for (const header of headers) found.read(header);
  return found.end();
}

interface Later {
  readonly name: Token;
  readonly file: string;
  readonly title: string;
  readonly condition: Condition | undefined;
}

class Found {
  readonly #isWanted: (name: string) => boolean;
  readonly #codes: ExtractedCode[] = [];
  readonly #problems: Finding[] = [];
  readonly #remarks: Finding[] = [];
  readonly #conditions: { readonly file: string; readonly condition: Condition }[] = [];
  readonly #later: Later[] = [];
  readonly #unknownTypes = new Set<string>();
  readonly #names = new Names((word) => this.#unknownType(word));
  #place: { file: string; line: number } = { file: '', line: 0 };
  /** Of the enumerator before; undefined when that has none. */
  #before: Integer | undefined;

  constructor(isWanted: (name: string) => boolean) {
    this.#isWanted = isWanted;
  }

  read({ file, text }: Header): void {
    const { tokens, comments } = tokenize(text);
    const titles = new Titles(comments);
    const { items, conditions, unbalanced } = readLines(tokens);
    for (const one of unbalanced) this.#remarks.push({ file, ...one });
    for (const condition of conditions) this.#conditions.push({ file, condition });
    let condition: Condition | undefined;
    const declarations = new Declarations({
      enumerator: (name, value, first, last) =>
        this.#enumerator(file, name, value, first, last, titles, condition),
      noEnumerator: (at) => this.#noEnumerator(file, at),
      constant: (name, value, last) => {
        const title = titleOf(titles, name, last);
        const known = this.#compute(file, name.token, title, condition, () => this.#value(value));
        if (known) this.#names.setConstant(name.token.text, known);
      },
      type: (name, words) => {
        const shape = shapeOf(words) ?? this.#names.typeOf(words.at(-1) ?? '');
        if (shape) this.#names.setType(name, shape);
      },
    });
    for (const item of items) {
      condition = item.condition;
      if (item.kind === 'token') declarations.feed(item.token, item.index);
      else if (item.kind === 'undef') this.#names.undefine(item.name);
      else this.#define(file, item, titles);
    }
    const open = declarations.unfinished;
    if (open) this.#problems.push({ file, line: open.line, message: 'the enum does not end' });
  }

  /** What referred to names that came later is computed now. */
  end(): Extraction {
    for (const { name, file, title, condition } of this.#later)
      this.#compute(file, name, title, condition, () => this.#names.computeMacro(name.text));
    for (const { file, condition } of this.#conditions)
      if (condition.isUsed && !condition.isGuard)
        this.#remarks.push({
          file,
          line: condition.line,
          message: `both branches of ${condition.text} are taken`,
        });
    const inOrder = (a: Finding, b: Finding) => (a.file === b.file ? a.line - b.line : 0);
    return {
      codes: this.#codes,
      problems: this.#problems.sort(inOrder),
      remarks: this.#remarks.sort(inOrder),
    };
  }

  #define(file: string, item: Item & { kind: 'define' }, titles: Titles): void {
    const { name, body, takesArguments, index, end, condition } = item;
    this.#names.define(name.text, body, takesArguments);
    if (body.length === 0 || !this.#isWanted(name.text)) return;
    if (takesArguments) {
      this.#remarks.push({ file, line: name.line, message: `${name.text} takes arguments and is no code` });
      return;
    }
    const last = body.at(-1) ?? name;
    const title = titles.of(index, name.line, { index: end - 2, line: last.line }, end);
    try {
      this.#names.computeMacro(name.text);
    } catch (error) {
      if (!(error instanceof NoValue)) throw error;
      this.#later.push({ name, file, title, condition });
      return;
    }
    this.#compute(file, name, title, condition, () => this.#names.computeMacro(name.text));
  }

  #enumerator(
    file: string,
    name: Placed,
    value: readonly Placed[],
    first: boolean,
    last: Placed,
    titles: Titles,
    condition: Condition | undefined,
  ): void {
    const compute = () => {
      if (value.length > 0) return this.#value(value);
      if (first) return intOf(0n);
      if (!this.#before) throw new NoValue('comes after a name whose value is not known');
      return binary('+', this.#before, intOf(1n));
    };
    const known = this.#compute(file, name.token, titleOf(titles, name, last), condition, compute);
    if (known) this.#names.setConstant(name.token.text, known);
    this.#before = known;
  }

  #noEnumerator(file: string, { line, text }: Token): void {
    this.#before = undefined;
    this.#problems.push({
      file,
      line,
      message: `the enum holds ${text.slice(0, 40)}, which is no name with or without a value`,
    });
  }

  #value(tokens: readonly Placed[]): Integer {
    return this.#names.compute(tokens.map(({ token }) => token));
  }

  #compute(
    file: string,
    { text: name, line }: Token,
    title: string,
    condition: Condition | undefined,
    compute: () => Integer,
  ): Integer | undefined {
    this.#place = { file, line };
    try {
      const value = compute();
      if (this.#isWanted(name)) this.#add({ file, line, name, title }, value, condition);
      return value;
    } catch (error) {
      if (!(error instanceof NoValue)) throw error;
      if (this.#isWanted(name)) this.#problems.push({ file, line, message: `${name} ${error.message}` });
      return undefined;
    }
  }

  #add(place: Omit<ExtractedCode, 'code'>, { value }: Integer, condition: Condition | undefined): void {
    const { file, line, name } = place;
    if (value === 0n) {
      this.#remarks.push({ file, line, message: `${name} is 0, which is no error, and left out` });
      return;
    }
    if (value >= 2n ** 32n || value < -(2n ** 31n)) {
      this.#problems.push({ file, line, message: `${name} is ${value}, which is beyond 32 bits` });
      return;
    }
    this.#codes.push({ code: codeOf(Number(BigInt.asUintN(32, value))), ...place });
    for (let open = condition; open && !open.isUsed; open = open.parent) open.isUsed = true;
  }

  #unknownType(word: string): void {
    if (this.#unknownTypes.has(word)) return;
    this.#unknownTypes.add(word);
    this.#remarks.push({
      ...this.#place,
      message: `a cast to ${word} changes nothing: no header declares it`,
    });
  }
}

function titleOf(titles: Titles, name: Placed, last: Placed): string {
  // A comment behind the comma is still about the name before it.
  const end = { index: name.index, line: last.token.line };
  return titles.of(name.index, name.token.line, end, last.index + 1);
}
