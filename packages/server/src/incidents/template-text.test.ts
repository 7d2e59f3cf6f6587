import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillTemplate, placeholdersIn, templateProblem } from './template-text.ts';
import { type Placeholder, PLACEHOLDERS, type Values } from './text-values.ts';
import { OWN_TEMPLATES } from './texts.ts';

const NAMES = Object.keys(PLACEHOLDERS) as Placeholder[];
const valuesWith = (change: Partial<Values>) =>
  ({ ...Object.fromEntries(NAMES.map((name) => [name, `<${name}>`])), ...change }) as Values;

describe('what is no placeholder is refused with its place', () => {
  test.each([
    ['a name that nobody knows', 'Hello {nane}', 'line 1, column 7: there is no placeholder {nane}'],
    ['on a later line', 'Hello\n\nto {title} and {x y}', 'line 3, column 16: there is no placeholder {x y}'],
    ['behind letters of two halves', '😀 {no}', 'line 1, column 3: there is no placeholder {no}'],
    ['nothing in braces', 'a {} b', 'line 1, column 3: there is no placeholder {}'],
    ['an open brace', 'a { b', 'line 1, column 3: this { belongs to no placeholder'],
    ['a closed brace', 'a } b', 'line 1, column 3: this } belongs to no placeholder'],
    ['a brace that goes on over the line', '{title\n}', 'line 1, column 1: this { belongs'],
    ['a name of all objects', '{constructor}', 'line 1, column 1: there is no placeholder {constructor}'],
  ])('%s', (_, text, words) => {
    const problem = templateProblem(text);
    expect(problem).toMatchObject({ code: 'bad-request', field: 'text' });
    expect(problem?.because).toContain(words);
    expect(problem?.try).toContain('harmed-words');
  });

  test('nothing is wrong with the product’s own', () => {
    for (const text of Object.values(OWN_TEMPLATES)) expect(templateProblem(text)).toBeUndefined();
  });

  test('a template is refused, or every brace in it is filled or meant: never both', () => {
    const piece = fc.oneof(
      fc.constantFrom(...NAMES.map((name) => `{${name}}`), '{{', '}}', '{', '}', '\n', '{no}'),
      fc.stringMatching(/^[a-z ]{0,5}$/),
    );
    let [refused, filled] = [0, 0];
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        if (templateProblem(text)) {
          refused++;
          return;
        }
        filled++;
        const bare = text.replaceAll(/\{\{|\}\}/g, '');
        const names = [...bare.matchAll(/\{([a-z-]+)\}/g)].map(([, name]) => name);
        expect(new Set(placeholdersIn(text))).toEqual(new Set(names));
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(refused, filled)).toBeGreaterThan(50);
  });
});

describe('what is filled', () => {
  test.each<[string, string, Partial<Values>, string]>([
    ['takes facts for names', '{title}: {harmed}', { title: 'Cold', harmed: '8' }, 'Cold: 8'],
    ['takes a doubled brace for one', '{{{title}}} {{x}}', { title: 'Cold' }, '{Cold} {x}'],
    ['fills nothing a second time', '{title}', { title: '{harmed}' }, '{harmed}'],
    ['leaves no hole in a line', 'a. {visits} b.', { visits: '' }, 'a. b.'],
    ['leaves none at its end', 'a. {visits}\nb', { visits: '' }, 'a.\nb'],
    ['leaves none at its beginning', '{visits} b', { visits: '' }, 'b'],
    [
      'leaves no empty paragraph',
      'a\n\n{visits}\n\n{visits} {public-stop}\n\nb',
      { visits: '', 'public-stop': '' },
      'a\n\nb',
    ],
    ['keeps the empty lines that somebody wrote', 'a\n\n\n\nb', {}, 'a\n\n\n\nb'],
  ])('%s', (_, text, values, expected) => {
    expect(fillTemplate(text, valuesWith(values))).toBe(expected);
  });
});
