import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chosenFrom } from './choose.ts';

const THERE = ['en', 'de', 'pt-BR'];
const chosen = (kept: string | null, ...wanted: string[]) => chosenFrom(THERE, kept, wanted, 'en');

describe('the language that somebody gets', () => {
  test.each([
    ['is the one that was chosen, whatever the browser asks for', chosen('de', 'pt-BR'), 'de'],
    ['is never one that is not there any more', chosen('fr', 'de'), 'de'],
    ['is the first that the browser asks for and there is', chosen(null, 'fr', 'de', 'en'), 'de'],
    ['is that of the same language without the region', chosen(null, 'de-AT'), 'de'],
    ['is that of another region before it is another language', chosen(null, 'pt-PT', 'de'), 'pt-BR'],
    ['does not depend on how the tag is written', chosen(null, 'PT-br'), 'pt-BR'],
    ['is that of the sources when nothing fits', chosen(null, 'fr', 'nl'), 'en'],
    ['is that of the sources when nothing is asked for', chosen(null), 'en'],
  ])('%s', (_, got, expected) => {
    expect(got).toBe(expected);
  });

  test('is always one that there is, and an exact wish that comes first is granted', () => {
    const tag = fc.stringMatching(/^[a-z]{2}(-[A-Z]{2})?$/);
    let granted = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(tag, { minLength: 1, maxLength: 6 }),
        fc.array(tag, { maxLength: 5 }),
        fc.option(tag),
        fc.nat(),
        (there, wanted, kept, at) => {
          const source = there[at % there.length] ?? '';
          const got = chosenFrom(there, kept, wanted, source);
          expect(there).toContain(got);
          const wish = there[0] ?? '';
          if (kept !== null && there.includes(kept)) return;
          granted++;
          expect(chosenFrom(there, kept, [wish, ...wanted], source)).toBe(wish);
        },
      ),
    );
    expect(granted).toBeGreaterThan(50);
  });
});
