import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRefused } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { FIELDS } from './fields.ts';
import { matches } from './filter.ts';
import { parseFilter } from './parse-filter.ts';

const NOW = Date.UTC(2026, 10, 24, 9);

function problem(text: string): [field: string | undefined, because: string] {
  const parsed = parseFilter(text, NOW);
  if (!isRefused(parsed)) throw new Error(`${text} was taken`);
  expect(parsed.refused.code).toBe('filter-invalid');
  return [parsed.refused.field, parsed.refused.because];
}

test.each<[sentence: string, filter: string, field: string, because: RegExp]>([
  [
    'an unknown field names those that there are',
    'brocker==x',
    'filter.1',
    /no field "brocker".*id, version, release/,
  ],
  ['a field of hawkBit is answered with ours', 'id==a;controllerId==b', 'filter.7', /It is called id here/],
  ['its dotted ones, too', 'attribute.region==eu', 'filter.1', /environment\.<attribute> here/],
  ['a field in another case is recognised', 'LASTSEEN<-3d', 'filter.1', /It is called lastSeen here/],
  ['an attribute is named', 'environment==eu', 'filter.1', /say which attribute/],
  ['an attribute has the name of one', 'environment.Broker==x', 'filter.13', /no attribute/],
  ['nothing follows a field that has no parts', 'id.x==1', 'filter.1', /no field "id.x"/],
  [
    'an operator that makes no sense names those that do',
    'id=gt=a',
    'filter.1',
    /possible are == != =in= =out=/,
  ],
  ['a time is not equal to anything', 'lastSeen==-3d', 'filter.1', /possible are =lt= =le= =gt= =ge=/],
  ['an operator that nobody knows is named', 'id=zz=a', 'filter.1', /not compared by =zz=/],
  ['a choice names what is possible', 'held==yes', 'filter.7', /never "yes"; possible are true, false/],
  ['in a state as well', 'state=in=(failed,broken)', 'filter.10', /never "broken".*rolled-back/],
  [
    'a span needs a unit and a sign',
    'version==1.0.0;lastSeen=lt=3d',
    'filter.28',
    /use a span from now, -45m/,
  ],
  ['a version in order is one', 'version=lt=3.2', 'filter.12', /MAJOR\.MINOR\.PATCH/],
  ['a list stands after =in= only', 'id==(a,b)', 'filter.5', /a list stands after =in=/],
  ['a quote is closed', 'id=="a', 'filter.5', /never closed/],
  ['a parenthesis is closed', '(id==a', 'filter.1', /parenthesis is never closed/],
  [
    'a value with a space is quoted',
    'environment.broker==mosquitto 2',
    'filter.31',
    /quote values with spaces/,
  ],
  ['a comparison has a value', 'id==', 'filter.5', /ends too early/],
  ['what ends in "and" goes on', 'id==a;', 'filter.7', /ends too early/],
  ['an empty value fits nothing', 'id==""', 'filter.5', /empty value/],
  [
    'what looks like a comparison in quotes is none',
    'id=="a;brocker==b";foo==1',
    'filter.20',
    /no field "foo"/,
  ],
])('%s', (_, filter, field, because) => {
  expect(problem(filter)).toEqual([field, expect.stringMatching(because)]);
});

test('a filter that is a program is refused where it becomes one', () => {
  const many = Array.from({ length: 51 }, () => 'id==a').join(',');
  expect(problem(many)).toEqual(['filter.301', expect.stringMatching(/at most 50 comparisons/)]);
  expect(problem('x'.repeat(2_001))).toEqual(['filter.1', expect.stringMatching(/at most 2000 characters/)]);
  expect(problem(`${'('.repeat(1_900)}id==a`)[1]).toMatch(/never closed/);
});

test('spans count from now, and instants are what they say', () => {
  const at = (filter: string) => {
    const parsed = parseFilter(filter, NOW);
    return 'filter' in parsed && parsed.filter?.kind === 'time' ? parsed.filter.at : undefined;
  };
  expect(at('lastSeen=lt=-45m')).toBe(NOW - 45 * 60_000);
  expect(at('lastSeen<-2w')).toBe(NOW - 14 * 86_400_000);
  expect(at('enrolled=ge=2026-11-20')).toBe(Date.UTC(2026, 10, 20));
  expect(at('enrolled>="2026-11-20T10:00+01:00"')).toBe(Date.UTC(2026, 10, 20, 9));
});

test('the example of every field can be read', () => {
  for (const { example } of FIELDS) expect(parseFilter(example, NOW), example).toHaveProperty('filter.kind');
});

test.each([
  ['a*c', 'abc', true],
  ['a*c', 'ac', true],
  ['a*c', 'acb', false],
  ['*a*a*', 'aa', true],
  ['*a*a*', 'a', false],
  ['ab*ba', 'aba', false],
  ['*', '', true],
  ['a', 'ab', false],
])('%s matches %s: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test('every field and its operators stand in the document', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../../docs/filters.md'), 'utf8');
  for (const { field, needsMore } of FIELDS)
    expect(document).toContain(needsMore ? `\`${field}.<attribute>\`` : `\`${field}\``);
});
