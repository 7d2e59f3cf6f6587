/** The one way to say no to a filter: where, what, and what would do. */
import { type Refusal, refuse } from '@tuesday/protocol';

/** @param at character of the filter, from 1 */
export function bad(at: number, problem: string, advice?: string): { refused: Refusal } {
  const because = `the filter, at character ${at}: ${problem}`.slice(0, 1_000);
  const more = advice === undefined ? {} : { try: advice };
  return { refused: refuse('filter-invalid', because, { field: `filter.${at}`, ...more }) };
}
