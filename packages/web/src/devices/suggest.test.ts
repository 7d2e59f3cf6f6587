import type { FilterField } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { placeOf, withValue } from './filter-words.ts';
import { suggest } from './suggest.ts';

const field = (name: string, kind: FilterField['kind'], values: string[]): FilterField => ({
  field: name,
  kind,
  operators: kind === 'time' ? ['=lt=', '=gt='] : ['==', '!='],
  means: `means ${name}`,
  example: `${name}==x`,
  values,
});
const FIELDS = [
  field('id', 'text', []),
  field('version', 'text', ['3.2.4', '3.2.5']),
  field('environment.broker', 'text', ['mosquitto 2.0.18', 'nats']),
  field('lastSeen', 'time', ['-3d', '-45m']),
  field('healthy', 'choice', ['true', 'false', 'unknown']),
];

/** `|` is the cursor; the answer is what the text would be with each suggestion. */
function after(marked: string): string[] {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { from, to, options } = suggest(text, cursor, FIELDS);
  return options.map((one) => `${text.slice(0, from)}${one.text}${text.slice(to)}`);
}

test.each([
  ['nothing yet', '|', ['id==', 'version==', 'environment.broker==', 'lastSeen=lt=', 'healthy==']],
  ['the beginning of a field', 'ver|', ['version==']],
  ['a part of a field', 'brok|', ['environment.broker==']],
  ['a whole field', 'version|', ['version==', 'version!=']],
  ['a value that needs quotes', 'environment.broker==mo|', ['environment.broker=="mosquitto 2.0.18"']],
  ['a quote that is open', 'environment.broker=="mosq|', ['environment.broker=="mosquitto 2.0.18"']],
  ['a span', 'lastSeen=lt=-4|', ['lastSeen=lt=-45m']],
  ['a second comparison', 'id==a;heal|', ['id==a;healthy==']],
  ['the second value of a list', 'version=in=(3.2.4,3.2.5|', []],
  ['the first value of a list', 'version=in=(3.2.4|', []],
  ['an empty list', 'version=in=(|', ['version=in=(3.2.4', 'version=in=(3.2.5']],
  ['a blank after a comparison', 'id==a |', ['id==a and ', 'id==a or ']],
  ['the beginning of a joining word', 'id==a o|', ['id==a or ']],
  ['a field after a joining word', 'id==a and ver|', ['id==a and version==']],
  ['the middle of a text', 'ver|;id==a', ['version==;id==a']],
  ['a field that nobody knows', 'colour==|', []],
])('%s', (_, marked, expected) => expect(after(marked)).toEqual(expected));

test('a value becomes a filter, and none becomes the filter of those without', () => {
  expect(withValue('broker', 'a "b"')).toBe(String.raw`environment.broker=="a \"b\""`);
  expect(withValue('version', '3.2.5')).toBe('version==3.2.5');
  expect(withValue('region', null)).toBe('environment.region!=*');
});

test('a refusal names a character, or another field', () => {
  expect([placeOf('filter.12'), placeOf('name'), placeOf(undefined)]).toEqual([12, undefined, undefined]);
});
