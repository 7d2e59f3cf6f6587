import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainOf, exported, hashed } from './testing/exported-log.ts';
import { type Broken, ExportVerifier, type Intact } from './verify-export.ts';

function verify(file: Uint8Array | string, pinned?: string[], chunk = 0): Intact | Broken {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  const verifier = new ExportVerifier(pinned);
  if (chunk === 0) verifier.push(bytes);
  else for (let at = 0; at < bytes.length; at += chunk) verifier.push(bytes.subarray(at, at + chunk));
  return verifier.end();
}

const chain = chainOf(9);
const { lines, key } = exported(chain, [4, 7]);
const publicKey = key.public.keyval.public;
const file = lines.join('');
// Line 1 is the header; entries 1–4 are lines 2–5, then a checkpoint, 5–7 are 7–9, a checkpoint, 8–9, the end.
const LINE_OF_ENTRY = (seq: number) => 1 + seq + (seq > 4 ? 1 : 0) + (seq > 7 ? 1 : 0);

test('an exported log as it was written verifies, with the key given or without', () => {
  const intact = { ok: true, entries: 9, checkpoints: 2, organisation: 'main', keyid: key.keyid };
  expect(verify(file)).toMatchObject({ ...intact, pinned: false, until: chain.at(-1)?.at });
  expect(verify(file, [publicKey])).toMatchObject({ ...intact, pinned: true });
});

test.each([1, 2, 7, 64])('chunks of %i bytes change nothing', (size) => {
  expect(verify(file, undefined, size)).toEqual(verify(file));
  const changed = file.replace('because it has', 'because it had');
  expect(verify(changed, undefined, size)).toEqual(verify(changed));
});

test('a log without an entry verifies', () => {
  expect(verify(exported([], []).lines.join(''))).toMatchObject({ ok: true, entries: 0, until: null });
});

describe('every single byte', () => {
  const bytes = Buffer.from(file);
  const lineOf = (at: number) => bytes.subarray(0, at).toString('latin1').split('\n').length;

  test('flipped to several other values is found, and its line is the one that is named', () => {
    let mutations = 0;
    for (let at = 0; at < bytes.length; at++) {
      const was = bytes[at] as number;
      for (const flip of [0x01, 0x20, 0x80 | (at & 0x7f)]) {
        bytes[at] = was ^ flip;
        const found = verify(bytes);
        if (found.ok || found.line !== lineOf(at))
          throw new Error(`byte ${at} ^ ${flip}, line ${lineOf(at)}: ${JSON.stringify(found)}`);
        mutations++;
      }
      bytes[at] = was;
    }
    expect(mutations).toBeGreaterThan(10_000);
    expect(verify(bytes).ok).toBe(true);
  });

  test('of one entry set to many other values is found, and the entry is named', () => {
    const from = Buffer.byteLength(lines.slice(0, 4).join(''));
    const until = from + Buffer.byteLength(lines[4] ?? '');
    for (let at = from; at < until; at++) {
      const was = bytes[at] as number;
      for (let value = 0; value < 256; value++) {
        if (value === was || (value + at) % 4 !== 0) continue;
        bytes[at] = value;
        const found = verify(bytes);
        if (found.ok || found.line !== 5 || found.entry !== 4)
          throw new Error(`byte ${at} = ${value}: ${JSON.stringify(found)}`);
      }
      bytes[at] = was;
    }
  });

  test('is where the file can be cut off, and it shows', () => {
    for (let length = 0; length < bytes.length; length++) {
      const found = verify(bytes.subarray(0, length));
      if (found.ok || found.line !== lineOf(length))
        throw new Error(`cut at ${length}: ${JSON.stringify(found)}`);
    }
  });

  test('can have a byte put before it or taken away, and it shows', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.integer({ min: 0, max: 255 }), fc.boolean(), (at, value, put) => {
        const changed = put
          ? Buffer.concat([bytes.subarray(0, at), Buffer.of(value), bytes.subarray(at)])
          : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
        if (changed.equals(bytes)) return;
        expect(verify(changed)).toMatchObject({ ok: false });
      }),
      { numRuns: 1_500 },
    );
  });
});

describe('every single line', () => {
  const nextSigned = (from: number) =>
    lines.findIndex((line, index) => index >= from && !line.startsWith('{"entry"'));

  test.each(lines.map((_, index) => index))('taken out is found: %i', (index) => {
    const found = verify(lines.toSpliced(index, 1).join(''));
    const isCheckpoint = lines[index]?.startsWith('{"checkpoint"');
    const last = isCheckpoint ? nextSigned(index + 1) : index + 1;
    expect(found).toMatchObject({ ok: false });
    if (found.ok) return;
    expect(found.line).toBeGreaterThanOrEqual(index + 1);
    expect(found.line).toBeLessThanOrEqual(last === 0 ? 1 : last);
  });

  test.each(lines.map((_, index) => index))('doubled is found, and the second is named: %i', (index) => {
    const found = verify(lines.toSpliced(index, 0, lines[index] ?? '').join(''));
    expect(found).toMatchObject({ ok: false, line: index + 2 });
  });

  const pairs = lines.flatMap((_, a) => lines.map((__, b) => [a, b] as const)).filter(([a, b]) => a < b);
  test.each(pairs)('swapped with another is found, at one of the two or between: %i and %i', (a, b) => {
    const swapped = lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '');
    const found = verify(swapped.join(''));
    expect(found).toMatchObject({ ok: false });
    if (found.ok) return;
    expect(found.line).toBeGreaterThanOrEqual(a + 1);
    expect(found.line).toBeLessThanOrEqual(b + 1);
  });
});

describe('what went wrong is called by its name', () => {
  const at = (seq: number) => LINE_OF_ENTRY(seq) - 1;
  const line = (seq: number) => lines[at(seq)] ?? '';
  const forged = hashed({ ...(chain[4] as (typeof chain)[number]), because: 'another reason' });
  const forgedLine = exported([...chain.slice(0, 4), forged], []).lines[5] ?? '';
  const other = exported(chainOf(9), [4, 7]);
  const ofOther = (index: number) => other.lines[index] ?? '';

  const rows: Array<[string, string[], Partial<Broken>]> = [
    [
      'one word of entry 3',
      lines.with(at(3), line(3).replace('person.invite', 'person.remove')),
      { what: 'altered', line: 4, entry: 3 },
    ],
    ['entry 2 is gone', lines.toSpliced(at(2), 1), { what: 'missing', line: 3, entry: 2 }],
    [
      'entry 2 comes after entry 3',
      lines.with(at(2), line(3)).with(at(3), line(2)),
      { what: 're-ordered', line: 3, entry: 2 },
    ],
    ['entry 1 stands twice', lines.toSpliced(at(2), 0, line(1)), { what: 'duplicated', line: 3, entry: 2 }],
    [
      'entry 9 stands twice',
      lines.toSpliced(at(9) + 1, 0, line(9)),
      { what: 'duplicated', line: 13, entry: null },
    ],
    [
      'entry 5 was changed together with its hash',
      lines.with(at(5), forgedLine),
      { what: 'inserted', line: 8, entry: 6 },
    ],
    [
      'entry 7 was changed, with its hash, right before a checkpoint',
      lines.with(
        at(7),
        exported([...chain.slice(0, 6), hashed({ ...(chain[6] as (typeof chain)[number]), at: 1 })], [])
          .lines[7] ?? '',
      ),
      { what: 'altered', line: 10, entry: 7 },
    ],
    [
      'the last entry was changed together with its hash',
      lines.with(
        at(9),
        exported([...chain.slice(0, 8), hashed({ ...(chain[8] as (typeof chain)[number]), at: 1 })], [])
          .lines[9] ?? '',
      ),
      { what: 'altered', line: 13, entry: 9 },
    ],
    ['a checkpoint of another key', lines.with(5, ofOther(5)), { what: 'key', line: 6 }],
    [
      'the signature of another checkpoint',
      lines.with(5, `${lines[5]?.slice(0, -131)}${lines[9]?.slice(-131)}`),
      { what: 'checkpoint', line: 6 },
    ],
    [
      'the last entries are gone',
      [...lines.slice(0, at(8)), lines.at(-1) ?? ''],
      { what: 'missing', entry: 8 },
    ],
    ['the end of another export', lines.with(12, ofOther(12)), { what: 'key', line: 13 }],
    ['the header of another export', lines.with(0, ofOther(0)), { what: 'key', line: 6 }],
    ['an empty line at the end', [...lines, '\n'], { what: 'trailing', line: 14 }],
    ['a word at the end', [...lines, 'x'], { what: 'trailing', line: 14 }],
    ['nothing', [], { what: 'empty', line: 1, entry: null }],
    ['an empty line', ['\n'], { what: 'unreadable', line: 1 }],
    ['a byte order mark', ['\ufeff', ...lines], { what: 'unreadable', line: 1 }],
    [
      'carriage returns',
      [lines[0]?.replace('\n', '\r\n') ?? '', ...lines.slice(1)],
      { what: 'unreadable', line: 1 },
    ],
    [
      'a space that means nothing',
      lines.with(1, line(1).replace('{"entry":', '{"entry": ')),
      { what: 'unreadable', line: 2, entry: 1 },
    ],
    [
      'a key twice',
      lines.with(1, line(1).replace('{"entry":{', '{"entry":{"actor":"alice",')),
      { what: 'unreadable', line: 2 },
    ],
    ['no header', lines.slice(1), { what: 'header', line: 1, entry: null }],
  ];
  test.each(rows)('%s', (_, changed, expected) => {
    expect(verify(changed.join(''))).toMatchObject({ ok: false, ...expected });
  });

  test('bytes that are not UTF-8', () => {
    const bytes = Buffer.from(file);
    bytes[file.indexOf('alice')] = 0xff;
    expect(verify(bytes)).toMatchObject({ what: 'unreadable', because: 'it is not UTF-8', line: 2 });
  });

  test('a log written anew under another key passes only while nobody gives the key', () => {
    const anew = exported(chainOf(9), [4, 7]).lines.join('');
    expect(verify(anew)).toMatchObject({ ok: true, pinned: false });
    expect(verify(anew, [publicKey])).toMatchObject({ ok: false, what: 'key', line: 1 });
  });

  test('a line that never ends does not fill the memory', () => {
    const verifier = new ExportVerifier();
    verifier.push(Buffer.from(lines[0] ?? ''));
    for (let i = 0; i < 40; i++) verifier.push(Buffer.alloc(1024 * 1024, 0x61));
    expect(verifier.end()).toMatchObject({ what: 'unreadable', line: 2, entry: 1 });
  });
});
