/**
 * English in strange letters, a third longer: what the console says in it came from the catalogue, and what stays in
 * plain letters did not.
 */

const PLAIN = 'abcdefghijklmnopqrstuvwxyz';
const STRANGE = 'åƀçđéƒĝħïĵķłɱñøþɋřšŧûṽŵẋýž';
const CAPITAL = 'ÅƁÇĐÉƑĜĦÏĴĶŁṀÑØÞɊŘŠŦÛṼŴẊÝŽ';

/** Tags of elements within a message, "<0>", stay as they are. */
export function strange(text: string): string {
  return text.replaceAll(/<\/?\d+\/?>|[A-Za-z]+/g, (part) =>
    part.startsWith('<') ? part : strangeWord(part),
  );
}

/** Every third letter twice. */
function strangeWord(word: string): string {
  return word.replaceAll(/./g, (letter, index: number) => {
    const small = letter.toLowerCase();
    const other = (letter === small ? STRANGE : CAPITAL)[PLAIN.indexOf(small)] ?? letter;
    return index % 3 === 1 ? other.repeat(2) : other;
  });
}

/** A compiled message: text, and what is put in as `[name, format, cases]`. */
export type Compiled = string | readonly Token[];
type Token =
  | string
  | readonly [name: string, format?: string, cases?: Readonly<Record<string, Compiled | number>>];

export function strangely(message: Compiled): Compiled {
  if (typeof message === 'string') return strange(message);
  return message.map((token): Token => {
    if (typeof token === 'string') return strange(token);
    const [name, format, cases] = token;
    if (format === undefined || cases === undefined) return token;
    const told = Object.entries(cases).map(
      ([which, said]) => [which, typeof said === 'number' ? said : strangely(said)] as const,
    );
    return [name, format, Object.fromEntries(told)];
  });
}
