/** Arrays of text as PostgreSQL reads them, made quickly: ingest sends thousands of elements a batch. */

/** An escape of JSON that PostgreSQL's array syntax would read as another character. */
const OTHER_ESCAPE = /(?<!\\)(?:\\\\)*\\[^"\\]/;

/**
 * JSON quotes strings as array literals do, but for control characters; those go the driver's slower way.
 *
 * @returns a query parameter
 */
export function textArray(values: readonly string[]): string | readonly string[] {
  const json = JSON.stringify(values);
  return OTHER_ESCAPE.test(json) ? values : `{${json.slice(1, -1)}}`;
}

/** @returns a query parameter for any array of numbers or booleans */
export function plainArray(values: readonly (number | boolean)[]): string {
  return `{${values.join(',')}}`;
}
