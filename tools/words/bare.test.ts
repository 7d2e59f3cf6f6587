import { describe, expect, test } from 'vitest';
import { bareWords } from './bare.ts';

const path = 'packages/web/src/a.tsx';
const inJsx = (jsx: string) => bareWords({ path, text: `export const A = ({ n, no }) => (\n  ${jsx}\n);` });
const inCode = (code: string) => bareWords({ path, text: code });

describe('words that nobody could translate are found', () => {
  test.each([
    ['text', '<p>Nothing runs</p>', 'Nothing runs'],
    ['a single word', '<p>Recall</p>', 'Recall'],
    ['text beside a message', '<p><Trans>Two</Trans> people</p>', 'people'],
    ['a label', '<Field label="Name" />', 'Name'],
    ['one of two labels', `<Field label={no ? 'Name' : n} />`, 'Name'],
    ['what a screen reader says', '<nav aria-label="Main" />', 'Main'],
    ['a sentence in braces', `<p>{no && 'It is over.'}</p>`, 'It is over.'],
    ['a template', '<p>{`${n} devices`}</p>', '{} devices'],
    ['a property that is ours', '<Card lead={`Until ${n} it stays.`} />', 'Until {} it stays.'],
  ])('%s', (_, jsx, words) => {
    expect(inJsx(jsx)).toEqual([
      expect.stringContaining(`${path}:2: “${words}” is not in the message catalogue`),
    ]);
  });

  test.each([
    ['in a table', `const W = { open: 'not closed' };`],
    ['in a function', 'function a(n) {\n  return `until ${n}`;\n}'],
    ['as what a message is put together from', 'const w = n ? `because of ${n}` : x;'],
  ])('%s', (_, code) => {
    expect(inCode(code)).toHaveLength(1);
  });
});

describe('what is for machines, or is a message already, is left alone', () => {
  test.each([
    ['messages', '<p title={t`Last heard ${n}`}><Trans>Two people in <b>all</b></Trans></p>'],
    ['counts', `<p>{plural(n, { one: 'one device', other: 'many devices' })}</p>`],
    ['styles', '<p className={`mt-2 flex ${no ? "text-bad font-bold" : "hidden sm:block"}`} />'],
    [
      'commands',
      '<Empty command="tuesday rollout list" hint={`tuesday halt ${n}`}><code>npm run it</code></Empty>',
    ],
    ['what an attribute chooses', '<Button kind="primary" type="submit" autoComplete="one-time-code" />'],
    ['signs and numbers', '<p>{n} × 3 %, {"0x45"} · —</p>'],
    ['names of products', '<span>Tuesday</span>'],
  ])('%s', (_, jsx) => {
    expect(inJsx(jsx)).toEqual([]);
  });

  test.each([
    ['imports', `import { a } from './some words.ts';`],
    ['types', `type A = 'not closed' | 'very much open';`],
    ['keys of questions', 'const a = useAsked(`devices ${n} ${m}`, ask);'],
    ['faults, which are for us', `throw new Error('the page has no place for it');`],
    ['looks', `const KINDS = { red: 'bg-red text-white' };`],
    ['values', `const phase = n === 'halted' ? 'bad' : 'calm';`],
  ])('%s', (_, code) => {
    expect(inCode(code)).toEqual([]);
  });
});
