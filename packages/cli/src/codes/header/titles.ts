/** The comment that belongs to a name becomes the draft of its title. */
import type { Comment } from './tokens.ts';

const LONGEST = 120;

export class Titles {
  readonly #comments: readonly Comment[];

  constructor(comments: readonly Comment[]) {
    this.#comments = comments;
  }

  /**
   * @param from index of the first token of the definition
   * @param line of its first token
   * @param last index of its last token, and the line of that
   * @param next index of the token from which on comments are another's
   * @returns '' where there is none
   */
  of(from: number, line: number, last: { index: number; line: number }, next: number): string {
    const after = this.#comments[this.#firstAfter(last.index)];
    if (after && after.before <= next && after.line === last.line) return titleOf(after.text);
    const above = this.#comments[this.#firstAfter(from) - 1];
    if (above?.isAlone && above.lastLine === line - 1) return titleOf(above.text);
    return '';
  }

  /** Position of the first comment that stands behind the token. */
  #firstAfter(index: number): number {
    let low = 0;
    let high = this.#comments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#comments[middle]?.before ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The first sentence, without the commands of documentation tools, beginning with a capital. */
function titleOf(comment: string): string {
  const text = comment.replace(/^[@\\](?:brief|short)\s+/, '').trim();
  const sentence = /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
  const bare = sentence.replace(/[.\s]+$/, '').slice(0, LONGEST);
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
