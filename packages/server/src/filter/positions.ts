/** Where the comparisons of a filter stand in its text: the parser's tree does not say. */

export interface Place {
  /** Of the field, and of the first value; characters, from 1. */
  readonly field: number;
  readonly value: number;
}

const QUOTED = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g;
const COMPARISON = /([^\s"'();,=!~<>]+)\s*(=[a-z]*=|!=|<=|>=|<|>)\s*/g;

/** In the order in which they are written. What stands in quotes is no comparison. */
export function placesIn(text: string): Place[] {
  const bare = text.replaceAll(QUOTED, (quoted) => '\0'.repeat(quoted.length));
  return [...bare.matchAll(COMPARISON)].map(({ index, 0: whole }) => ({
    field: index + 1,
    value: index + whole.length + 1,
  }));
}
