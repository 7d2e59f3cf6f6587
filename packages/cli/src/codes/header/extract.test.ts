import { describe, expect, test } from 'vitest';
import { type Extraction, extractCodes } from './extract.ts';

const extract = (text: string, prefix = ''): Extraction =>
  extractCodes([{ file: 'error.h', text }], (name) => name.startsWith(prefix));
const pairs = (text: string, prefix = '') =>
  extract(text, prefix).codes.map(({ name, code }) => `${name} ${code}`);
const said = (findings: Extraction['problems']) => findings.map(({ line, message }) => `${line}: ${message}`);

describe('values', () => {
  test.each<[string, string, string[]]>([
    ['a number', '#define ERR_NET 0x45', ['ERR_NET 0x45']],
    ['a suffix', '#define A 0x45u\n#define B 0X45UL\n#define C 69ll', ['A 0x45', 'B 0x45', 'C 0x45']],
    ['a cast', '#define A ((uint16_t) 0x10045)', ['A 0x45']],
    ['a cast of two words', '#define A (unsigned char)0x145', ['A 0x45']],
    ['octal and binary', '#define A 0105\n#define B 0b1000101', ['A 0x45', 'B 0x45']],
    ['digits in groups', "#define A 0x1'0045", ['A 0x10045']],
    ['a negative number, as 32 bits', '#define A (-1)', ['A 0xFFFFFFFF']],
    ['a sum of an earlier name', '#define BASE 0x40\n#define A (BASE + 5)', ['BASE 0x40', 'A 0x45']],
    ['a name that comes later', '#define A (BASE | 5)\n#define BASE 0x40', ['BASE 0x40', 'A 0x45']],
    ['text, not value, of a name', '#define S 1 + 1\n#define A S * 3', ['S 0x2', 'A 0x4']],
    ['shifts before sums', '#define A 1 << 2 + 1', ['A 0x8']],
    ['not of an unsigned number', '#define A (~0u >> 24)', ['A 0xFF']],
    ['not of a signed number', '#define A (~0x45)', ['A 0xFFFFFFBA']],
    ['a line that goes on', '#define A (0x40 \\\n  + 5)', ['A 0x45']],
    ['a comment in between', '#define A /* old: 0x44 */ 0x45', ['A 0x45']],
    ['an enum', 'enum { A = 1, B, C = 0x45, D, };', ['A 0x1', 'B 0x2', 'C 0x45', 'D 0x46']],
    ['an enum with a name', 'typedef enum err { A = 7, B } err_t;', ['A 0x7', 'B 0x8']],
    ['an enum class', 'enum class Err : std::uint8_t { A = 0x45 };', ['A 0x45']],
    [
      'enumerators of enumerators',
      'enum { A = 0x40, B = A + 5, C = (enum e)B };',
      ['A 0x40', 'B 0x45', 'C 0x45'],
    ],
    ['a macro in an enum', '#define BASE 0x40\nenum { A = BASE, B };', ['BASE 0x40', 'A 0x40', 'B 0x41']],
    ['a macro between enumerators', 'enum { A = 1,\n#define B 0x45\n C };', ['A 0x1', 'B 0x45', 'C 0x2']],
    ['a constant', 'static constexpr uint16_t A = 0x45;\nconst int B = A + 1;', ['A 0x45', 'B 0x46']],
    ['a type of the header', 'typedef uint8_t err_t;\n#define A ((err_t)0x145)', ['A 0x45']],
    ['a parameter of an enum type is no enum', 'void f(enum x y); enum { A = 3 };', ['A 0x3']],
    [
      'what stood under a name before',
      '#define B 1\n#define A B\n#undef B\n#define B 2',
      ['B 0x1', 'A 0x1', 'B 0x2'],
    ],
  ])('%s', (_, text, expected) => {
    const result = extract(text);
    expect(said(result.problems)).toEqual([]);
    expect(pairs(text)).toEqual(expected);
  });
});

describe('what has no value is named with its line', () => {
  test.each<[string, string, string[]]>([
    ['a character', "#define A 'x'", ['1: A is a character, which is no code']],
    ['text', '\n#define A "x"', ['2: A is text, which is no code']],
    ['a name that nobody defines', '#define A B', ['1: A refers to B, which has no value here']],
    [
      'a name that is itself',
      '#define A B\n#define B A',
      ['1: A refers to B, which has no value here', '2: B refers to A, which has no value here'],
    ],
    [
      'a macro with arguments',
      '#define F(x) (x)\n#define A F(1)',
      ['2: A calls F, a macro with arguments, which is not computed'],
    ],
    ['a fraction', '#define A 1.5', ['1: A holds 1.5, which is not a whole number']],
    ['a bad octal', '#define A 089', ['1: A holds 089, which is not a whole number']],
    ['sizeof', '#define A sizeof(int)', ['1: A holds sizeof, which is not computed']],
    ['a question', '#define A (1 ? 2 : 3)', ['1: A lacks a closing parenthesis']],
    ['a shift too far', '#define A (1 << 40)', ['1: A shifts 32 bits by 40']],
    ['an overflow', '#define A (0x7fffffff + 1)', ['1: A overflows, which C does not define']],
    ['more than 32 bits', '#define A 0x145454545', ['1: A is 5457134917, which is beyond 32 bits']],
    [
      'more than 64 bits',
      '#define A 0x14545454545454545',
      ['1: A holds 0x14545454545454545, which is beyond 64 bits'],
    ],
    ['nothing after an operator', '#define A (1 +', ['1: A ends too early']],
    [
      'an enumerator after one without a value',
      'enum {\nA = x(),\nB };',
      ['2: A refers to x, which has no value here', '3: B comes after a name whose value is not known'],
    ],
    [
      'a list macro in an enum',
      'enum {\nLIST(X)\n};',
      ['2: the enum holds LIST, which is no name with or without a value'],
    ],
    ['an enum without an end', '\nenum { A = 1,', ['2: the enum does not end']],
    ['an equals sign without a value', 'enum { A = };', ['1: A holds =, which is not computed']],
  ])('%s', (_, text, problems) => {
    expect(said(extract(text).problems)).toEqual(problems);
  });
});

describe('conditions', () => {
  test('that are never true are left out, and their else is not', () => {
    expect(pairs("#if 0\n#define A 1\ndon't\n#if X\n#endif\n#else\n#define B 2\n#endif")).toEqual(['B 0x2']);
    expect(pairs('#if 1\n#define A 1\n#elif X\n#define B 2\n#else\n#define C 3\n#endif')).toEqual(['A 0x1']);
    expect(pairs('#if 0\n#define A 1\n#elif X\n#define B 2\n#endif\n#define C 3')).toEqual([
      'B 0x2',
      'C 0x3',
    ]);
  });

  test('of any other kind are taken both ways, and said where something is in them', () => {
    const text =
      '#ifdef RADIO\n#define A 1\n#else\n#define A 2\n#endif\n#ifdef __cplusplus\nextern "C" {\n#endif';
    expect(pairs(text)).toEqual(['A 0x1', 'A 0x2']);
    expect(said(extract(text).remarks)).toEqual(['1: both branches of #ifdef RADIO are taken']);
  });

  test('that only keep a header from being read twice are no question', () => {
    const { codes, remarks } = extract('#ifndef ERROR_H\n#define ERROR_H\n#define A 1\n#endif');
    expect([codes.length, said(remarks)]).toEqual([1, []]);
  });

  test('that are out of balance are said', () => {
    expect(said(extract('#endif\n#if X\n').remarks)).toEqual([
      '1: #endif without an #if',
      '2: #if X does not end',
    ]);
  });
});

describe('titles', () => {
  test.each<[string, string, string]>([
    ['behind it', '#define A 1 // network is down', 'Network is down'],
    ['behind it, in a block', '#define A 1 /* network is down. Call us. */', 'Network is down'],
    ['behind the comma', 'enum { A = 1, /**< no network */ };', 'No network'],
    ['above it', '/** @brief no network.\n * More words. */\n#define A 1', 'No network'],
    ['above it, on several lines', '// no\n// network\n#define A 1', 'No network'],
    ['too far above it', '// no network\n\n#define A 1', ''],
    ['behind the name before', 'enum { Z = 0, // fine\n A };', ''],
    ['none', '#define A 1', ''],
  ])('a comment %s', (_, text, title) => {
    expect(extract(text).codes.map((code) => code.title)).toEqual([title]);
  });
});

test('only names that are wanted are codes, and the others still have their values', () => {
  const text = '#define BASE 0x40\n#define TEXT "x"\n#define ERR_A (BASE + 5)';
  expect(pairs(text, 'ERR_')).toEqual(['ERR_A 0x45']);
  expect(extract(text, 'ERR_').problems).toEqual([]);
});

test('zero is no error, which is said', () => {
  const { codes, remarks } = extract('enum { OK, FAIL };');
  expect(codes.map(({ name }) => name)).toEqual(['FAIL']);
  expect(said(remarks)).toEqual(['1: OK is 0, which is no error, and left out']);
});

test('a later header knows the names of the one before', () => {
  const headers = [
    { file: 'base.h', text: '#define BASE 0x40' },
    { file: 'error.h', text: '\nenum { ERR_A = BASE + 5 };' },
  ];
  expect(extractCodes(headers, (name) => name.startsWith('ERR_')).codes).toEqual([
    { code: '0x45', name: 'ERR_A', file: 'error.h', line: 2, title: '' },
  ]);
});

describe('a hostile header', () => {
  const many = 20_000;
  const repeat = (text: string) => text.repeat(many);
  test.each<[string, string]>([
    ['of parentheses', `#define A ${repeat('(')}1${repeat(')')}`],
    ['of signs', `#define A ${repeat('-~')}1`],
    ['of comment beginnings', repeat('/*')],
    ['of quotes', repeat('"\\')],
    ['of lines that go on', repeat('\\\n')],
    ['of conditions', repeat('#if X\n')],
    ['of enums', repeat('enum {')],
    ['of digits', `#define A ${repeat('1')}`],
    ['of words', `#define A ${repeat('x')}`],
    ['of hashes', repeat('#')],
    [
      'of halves without end',
      Array.from({ length: 200 }, (_, i) => `#define A${i + 1} A${i} A${i}`).join('\n'),
    ],
    [
      'of nothing without end',
      `#define A0\n${Array.from({ length: 200 }, (_, i) => `#define A${i + 1} A${i} A${i}`).join('\n')}`,
    ],
    ['of a long way round', Array.from({ length: many }, (_, i) => `#define A${i} A${i + 1}`).join('\n')],
    ['of redefinitions', repeat('#define A (B)\n#undef B\n#define B 1\n')],
    ['of zeros', '\0'.repeat(many)],
  ])('%s ends, and every name is a code, a problem or a remark', (_, text) => {
    const { codes, problems, remarks } = extract(text);
    const names = new Set([...text.matchAll(/#define (\w+) ./g)].map(([, name]) => name ?? ''));
    const heard = new Set([
      ...codes.map(({ name }) => name),
      ...[...problems, ...remarks].map(({ message }) => message.split(' ')[0]),
    ]);
    expect([...names].filter((name) => !heard.has(name))).toEqual([]);
  });
});
