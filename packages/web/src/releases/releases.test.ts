import { createHash } from 'node:crypto';
import { type Cover, releaseManifestSchema, type ReleaseView } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIRST, HALF_SIGNED, LACKING, parityFor, PUBLISHED, RELEASES } from '../testing/release-story.ts';
import { createCommand } from './command.ts';
import { digestOf, PIECE } from './digest.ts';
import { chosenIn, type Draft, EMPTY, manifestOf, waysBack, wrongWith } from './draft.ts';
import { guessHardware } from './guess.ts';
import { COLUMNS, columnsFor, heatOf, inSight } from './heat.ts';
import { listed } from '../language/lists.ts';
import { seenWords, shareWords, verdictWords } from './cover-words.ts';
import { whyNot } from './roll-out.tsx';
import { Uploads, underWay } from './uploads.ts';
import { refusedAt } from './use-draft.ts';
import { firstLine, shortStanding, sizeWords, standingOf } from './words.ts';

const ZONE = 'Europe/Berlin';

describe('what a release is and lacks, in a sentence', () => {
  const unsigned = { ...HALF_SIGNED, signatures: { have: [], need: 2 } };
  test.each<[string, ReleaseView, string, RegExp]>([
    ['missing bytes come first', LACKING, 'bytes', /the bytes for thermostat-3 are not uploaded yet/],
    ['nobody has signed', unsigned, 'signatures', /waits for two signatures, each of another person/],
    ['one of two', HALF_SIGNED, 'signatures', /waits for the second signature of two: alice signed/],
    ['one of one', { ...unsigned, signatures: { have: [], need: 1 } }, 'signatures', /its only signature/],
    [
      'published',
      PUBLISHED,
      'nothing',
      /is published on Sun 22 Nov, 09:00( \(.+ yours\))?\. alice and carol signed it/,
    ],
  ])('%s', (_, release, next, words) => {
    const standing = standingOf(release, ZONE);
    expect([standing.next, standing.sentence]).toEqual([next, expect.stringMatching(words)]);
  });

  test('without a root of trust nobody can sign, and bytes still come first', () => {
    expect(standingOf(HALF_SIGNED, ZONE, false).next).toBe('trust');
    expect(standingOf(LACKING, ZONE, false).next).toBe('bytes');
  });

  test('a list says it shorter', () => {
    expect(RELEASES.map((one) => shortStanding(one, ZONE))).toEqual([
      'lacks the bytes for thermostat-3',
      'waits for signature 2 of 2; alice signed',
      expect.stringMatching(/^published Sun 22 Nov, 09:00( \(.+ yours\))?$/),
      expect.stringMatching(/^published /),
    ]);
    expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
    expect([firstLine('\n one\ntwo'), firstLine('')]).toEqual(['one', '']);
  });

  test('only what is published and has a way back is rolled out', () => {
    expect(RELEASES.map((one) => whyNot(one) === undefined)).toEqual([false, false, true, false]);
    expect(whyNot(LACKING)).toContain('lacks the bytes for thermostat-3');
    expect(whyNot(FIRST)).toContain('no signed way back');
  });

  test.each([
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1.0 kB'],
    [1_482_752, '1.5 MB'],
    [42_000_000, '42 MB'],
    [4_294_967_296, '4.3 GB'],
  ])('%i bytes are %s', (bytes, words) => expect(sizeWords(bytes)).toBe(words));
});

describe('the digest of a file', () => {
  const edges = [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 7];
  test.each(edges)('of %i bytes is what OpenSSL says, and the reading comes to its end', async (size) => {
    const bytes = Buffer.alloc(size, 'tuesday');
    const read: number[] = [];
    const digest = await digestOf(new Blob([bytes]), (at) => read.push(at));
    expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(read.at(-1) ?? 0).toBe(size);
    expect(read.length).toBe(Math.ceil(size / PIECE));
  });

  test('ends when it is told to', async () => {
    const control = new AbortController();
    const begun = digestOf(new Blob([Buffer.alloc(3 * PIECE)]), () => control.abort(), control.signal);
    await expect(begun).rejects.toThrow(/abort/i);
  });
});

describe('the hardware of a file', () => {
  test.each([
    ['its name holds it', 'fw-th-2.bundle', ['th-2', 'th-3'], 'th-2'],
    ['in whatever case', 'FW_TH-3_v2.bin', ['th-2', 'th-3'], 'th-3'],
    ['a longer model is another one', 'fw-th-21.bundle', ['th-2', 'th-3'], ''],
    ['the longest wins', 'fw-th-2-pro.bin', ['th-2', 'th-2-pro'], 'th-2-pro'],
    ['there is only one', 'firmware.bin', ['th-2'], 'th-2'],
    ['nobody knows', 'firmware.bin', ['th-2', 'th-3'], ''],
    ['nothing is known', 'th-2.bin', [], ''],
  ])('%s', (_, name, known, expected) => expect(guessHardware(name, known)).toBe(expected));
});

function typed(change: Partial<Draft> = {}): Draft {
  const file = new File(['bytes'], 'fw.bundle');
  const picked = {
    id: 1,
    file,
    hardware: 'thermostat-2',
    read: 5,
    sha256: 'ab'.repeat(32),
    broken: undefined,
  };
  return { ...EMPTY, version: '3.3.0', files: [picked], ...change };
}
const wrongIn = (change: Partial<Draft>) =>
  wrongWith(typed(change), chosenIn(typed(change), RELEASES), RELEASES);

describe('a draft', () => {
  test('that is complete is what the server takes', () => {
    const draft = typed({ notes: ' what changed ', stagingSoak: '3h', floor: '3.2.4', recovery: true });
    const chosen = chosenIn(draft, RELEASES);
    expect(wrongWith(draft, chosen, RELEASES)).toEqual({});
    const parsed = releaseManifestSchema.parse(manifestOf(draft, chosen));
    expect(parsed).toMatchObject({
      wayBack: '3.2.5',
      securityVersion: 3,
      notes: 'what changed',
      recovery: true,
    });
  });

  const [picked] = typed().files;
  if (!picked) throw new Error('the draft has no file');
  const codes = { name: 'codes.yaml', data: undefined, problems: [{ line: 1, message: 'x' }] };
  const raises = { name: 'raises.yaml', data: ['0x40-0x4F'], problems: [] };
  test.each<[string, Partial<Draft>, string, RegExp]>([
    ['no version', { version: ' ' }, 'version', /Give it a version/],
    ['a version with a v', { version: 'v3.3.0' }, 'version', /MAJOR\.MINOR\.PATCH/],
    ['a version that is there', { version: '3.2.6' }, 'version', /exists already/],
    ['no way back', { wayBack: '' }, 'wayBack', /Choose one/],
    ['a way back upwards', { version: '3.2.0', wayBack: '3.2.5' }, 'wayBack', /not below 3\.2\.0/],
    ['a way back that is a draft', { wayBack: '3.2.6' }, 'wayBack', /not below|published/],
    [
      'a floor above',
      { version: '3.2.0', floor: '3.2.5', wayBack: '3.2.4' },
      'floor',
      /not a published release/,
    ],
    ['a security version of words', { securityVersion: 'two' }, 'securityVersion', /whole number/],
    [
      'a security version above the way back',
      { securityVersion: '4' },
      'securityVersion',
      /3\.2\.5 has the security version 3/,
    ],
    ['a soak without a unit', { stagingSoak: '3' }, 'stagingSoak', /90s, 45m/],
    ['no file', { files: [] }, 'artifacts', /at least one file/],
    ['an empty file', { files: [{ ...picked, file: new File([], 'x') }] }, 'artifacts.0.size', /empty/],
    ['no hardware', { files: [{ ...picked, hardware: '' }] }, 'artifacts.0.hardware', /which hardware/],
    [
      'strange hardware',
      { files: [{ ...picked, hardware: 'a b' }] },
      'artifacts.0.hardware',
      /letters, digits/,
    ],
    ['hardware twice', { files: [picked, { ...picked, id: 2 }] }, 'artifacts.1.hardware', /second artifact/],
    ['a broken file of codes', { codes }, 'errorCodes', /codes\.yaml cannot be used/],
    ['codes that nobody documents', { raises }, 'raises', /Not documented: 0x40, .*and 8 more/],
  ])('with %s says so at its field', (_, change, field, words) => {
    expect(wrongIn(change)[field]).toMatch(words);
  });

  test('suggests the highest release below, never one above and never a draft', () => {
    expect(waysBack(RELEASES, '3.2.5')).toEqual(['3.2.4']);
    expect(waysBack(RELEASES, '')).toEqual(['3.2.5', '3.2.4']);
    expect(chosenIn(typed({ version: '1.0.0' }), RELEASES)).toEqual({ wayBack: '', securityVersion: '0' });
    expect(chosenIn(EMPTY, [])).toEqual({ wayBack: '', securityVersion: '0' });
  });

  test('as a line that a shell reads back', () => {
    const draft = typed({ notes: "it's mended", recovery: true, codes: { ...codes, name: 'my codes.yaml' } });
    expect(createCommand(draft, { wayBack: '3.2.5', securityVersion: '0' })).toBe(
      String.raw`tuesday release create --version 3.3.0 --artifact thermostat-2=fw.bundle --way-back 3.2.5 --codes 'my codes.yaml' --notes 'it'\''s mended' --recovery`,
    );
    expect(createCommand(EMPTY, { wayBack: '', securityVersion: '0' })).toBe(
      'tuesday release create --version <version> --artifact <hardware>=<file>',
    );
  });

  test('what the server refuses stands at the field of the form that has it', () => {
    const at = (field: string | undefined) => refusedAt({ words: 'no', field, code: 'bad-request' });
    expect(at('artifacts.0.hardware')).toEqual({ 'artifacts.0.hardware': 'no' });
    expect(at('errorCodes.3.code')).toEqual({ errorCodes: 'no' });
    expect([at(undefined), refusedAt(undefined)]).toEqual([{}, {}]);
  });
});

describe('uploads', () => {
  const file = new File(['bytes'], 'x');
  test('go one after the other, and one that broke does not stop the next', async () => {
    const begun: string[] = [];
    const uploads = new Uploads(async (_, hardware, __, onSent) => {
      begun.push(hardware);
      expect([...uploads.all().values()].filter(({ state }) => state === 'sending').length).toBe(1);
      onSent(2);
      if (hardware === 'a') throw new Error('cut');
    });
    let heard = 0;
    uploads.listen(() => heard++);
    const all = ['a', 'b'].map((hardware) => uploads.start('1.0.0', hardware, file));
    expect(underWay(uploads.all())).toBe(true);
    void uploads.start('1.0.0', 'a', file);
    await Promise.all(all);
    expect(begun).toEqual(['a', 'b']);
    expect([...uploads.all()].map(([key, { state, sent }]) => [key, state, sent])).toEqual([
      ['1.0.0/a', 'broken', 0],
      ['1.0.0/b', 'sent', 5],
    ]);
    expect(underWay(uploads.all())).toBe(false);
    expect(heard).toBeGreaterThan(4);
    await uploads.start('1.0.0', 'a', file);
    expect(begun).toEqual(['a', 'b', 'a']);
  });
});

describe('firmware × environment', () => {
  const views = ['3.2.6', '3.2.5', '3.2.4'].map((version) => parityFor(version));
  test('one row a value, the largest share first, one cell a release', () => {
    const rows = heatOf(views);
    expect(rows.length).toBe(10);
    expect(rows[0]).toMatchObject({ dimension: 'hardware', value: 'thermostat-2', share: 0.82 });
    const accused = rows.find(({ value }) => value === 'mosquitto 2.0.18');
    expect(accused?.covers).toEqual(['passed', 'failed', 'passed']);
    expect(rows.at(-1)).toMatchObject({ dimension: 'broker', value: null });
  });

  const value = fc.record({
    dimension: fc.constantFrom('broker', 'region'),
    value: fc.option(fc.constantFrom('a', 'b', 'c')),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    cover: fc.constantFrom('passed' as const, 'failed' as const, 'untested' as const),
  });
  const view = fc
    .uniqueArray(value, { selector: (one) => `${one.dimension} ${one.value}` })
    .map((values) => ({
      ...parityFor('3.2.4'),
      values: values.map((one) => ({ ...parityFor('3.2.4').values[0], ...one })),
    }));
  test('loses no answer and invents none, whatever each release was asked about', () => {
    let gaps = 0;
    fc.assert(
      fc.property(fc.array(view, { maxLength: 4 }), (all) => {
        const given = all as Parameters<typeof heatOf>[0];
        const rows = heatOf(given);
        for (const row of rows) expect(row.covers.length).toBe(given.length);
        for (let at = 1; at < rows.length; at++)
          expect(rows[at - 1]?.share).toBeGreaterThanOrEqual(rows[at]?.share ?? 0);
        const cells = rows.flatMap(({ dimension, value: of, covers }) =>
          covers.flatMap((cover, column) =>
            cover === undefined ? [] : [[dimension, of, column, cover].join()],
          ),
        );
        gaps += rows.length * given.length - cells.length;
        const answers = given.flatMap(({ values }, column) =>
          values.map(({ dimension, value: of, cover }) => [dimension, of, column, cover].join()),
        );
        expect(cells.sort()).toEqual(answers.sort());
      }),
    );
    expect(gaps).toBeGreaterThan(20);
  });

  test('an old release still has its column, and one that is not there has none', () => {
    const versions = Array.from({ length: 12 }, (_, index) => `1.0.${12 - index}`);
    expect(columnsFor(versions, '1.0.12')).toEqual(versions.slice(0, COLUMNS));
    expect(columnsFor(versions, '1.0.2')).toEqual([...versions.slice(0, COLUMNS - 1), '1.0.2']);
    expect(columnsFor(versions, '9.9.9')).toEqual(versions.slice(0, COLUMNS));
    expect(columnsFor(['1.0.0'], '1.0.0')).toEqual(['1.0.0']);
  });

  test('of many values every gap is in sight, and the rest can be asked for', () => {
    const values = Array.from({ length: 20 }, (_, index) => ({
      share: (index + 1) / 210,
      cover: index === 0 ? ('failed' as const) : ('passed' as const),
    }));
    const { shown, rest } = inSight(values);
    expect([shown.length, rest.length]).toEqual([6, 14]);
    expect(shown.at(-1)?.cover).toBe('failed');
    expect(rest.every(({ cover }) => cover === 'passed')).toBe(true);
  });

  test('words for a verdict, an age and a share that is never rounded to nothing', () => {
    expect(views.map((one) => verdictWords(one).tone)).toEqual(['bad', 'bad', 'good']);
    const seen = (cover: Cover, testedAt: number | null, because: string) =>
      seenWords({ cover, testedAt, because }, 3_600_000);
    expect(seen('untested', null, 'never tested')).toBe('never tested');
    expect(seen('stale', 0, 'tested 91 days ago')).toBe('tested 91 days ago');
    expect(seen('passed', 0, 'passed')).toBe('tested 1 h 00 min ago');
    expect(seen('failed', 0, 'the broker died')).toBe('tested 1 h 00 min ago: the broker died');
    expect([0, 0.000_05, 0.0042, 0.15].map(shareWords)).toEqual(['0 %', 'under 0.01 %', '0.42 %', '15 %']);
  });
});
