import { releaseManifestSchema, targetPath } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import {
  addTarget,
  addTargets,
  canonical,
  compareTargets,
  customOf,
  emptyTargets,
  headOf,
  isCanonical,
  type TargetEntry,
  targetsOf,
} from './index.ts';
import { makeKeys, NOW, signBy } from './testing/served-repository.ts';

const keys = makeKeys();
const terms = { now: NOW };
const entry = (version: string, size = 7): TargetEntry => ({
  path: targetPath(version, 'th-2'),
  size,
  sha256: 'ab'.repeat(32),
  custom: { tuesday: 1, version, hardware: 'th-2', securityVersion: 0 },
});
const first = signBy(emptyTargets(terms), ...keys.targets);
const second = signBy(addTarget(first, entry('3.2.4'), terms), ...keys.targets);

describe('the next targets', () => {
  test('keep what was there, add what is new and count on', () => {
    const next = addTargets(second, [entry('3.2.5'), entry('3.2.6')], terms);
    expect(targetsOf(next).map((target) => target.path)).toEqual([
      '3.2.4/th-2.bundle',
      '3.2.5/th-2.bundle',
      '3.2.6/th-2.bundle',
    ]);
    expect(targetsOf(next)[1]).toEqual(entry('3.2.5'));
    expect(headOf(next)).toEqual({ type: 'targets', version: 3, expires: '2201-01-01T00:00:00Z' });
    expect(isCanonical(next)).toBe(true);
  });

  test('never say something else about a path', () => {
    expect(() => addTarget(second, entry('3.2.4', 8), terms)).toThrow('is a target already');
  });
});

describe('before somebody signs', () => {
  const good = addTarget(second, entry('3.2.5'), terms);
  test('the payload tells what it adds, by its own bytes', () => {
    expect(compareTargets(second, good)).toEqual({ added: [entry('3.2.5')], removed: [], changed: [] });
  });

  test('what was changed or taken away shows', () => {
    const twisted = addTargets(first, [entry('3.2.4', 8), entry('3.2.5')], { now: NOW });
    const other = canonical({ ...(JSON.parse(twisted) as object), version: 3 });
    expect(compareTargets(second, other)).toMatchObject({ changed: ['3.2.4/th-2.bundle'] });
    const emptied = canonical({ ...(JSON.parse(good) as object), targets: {} });
    expect(compareTargets(second, emptied)).toMatchObject({ removed: ['3.2.4/th-2.bundle'] });
  });

  const rows: Array<[string, string, RegExp]> = [
    ['spaces make it another text', good.replace('{', '{ '), /not canonical/],
    ['a version is skipped', good.replace('"version":3}', '"version":4}'), /does not follow/],
    ['it is of another role', good.replace('"_type":"targets"', '"_type":"root"'), /root metadata/],
    ['it is no metadata', '{}', /not TUF metadata/],
  ];
  test.each(rows)('the payload is not accepted when %s', (_, payload, words) => {
    expect(() => compareTargets(second, payload)).toThrow(words);
  });
});

describe('the facts of an artifact', () => {
  const manifest = releaseManifestSchema.parse({
    version: '3.2.5',
    wayBack: '3.2.4',
    floor: '3.0.0',
    securityVersion: 4,
    artifacts: [{ hardware: 'th-2', size: 1, sha256: 'ab'.repeat(32) }],
  });
  test('carry the way back, the floor and the security version', () => {
    expect(customOf(manifest, manifest.artifacts[0]!, '3.2.4/th-2.bundle')).toEqual({
      tuesday: 1,
      version: '3.2.5',
      hardware: 'th-2',
      securityVersion: 4,
      floor: '3.0.0',
      wayBack: { version: '3.2.4', target: '3.2.4/th-2.bundle' },
    });
  });
  test('carry no way back that the release does not name', () => {
    const { wayBack: _, ...without } = manifest;
    expect(customOf(without, { hardware: 'th-2' })).not.toHaveProperty('wayBack');
    expect(() => customOf(without, { hardware: 'th-2' }, '3.2.4/th-2.bundle')).toThrow('no way back');
  });

  test('call a release a recovery only when it was declared as one', () => {
    expect(customOf({ ...manifest, recovery: true }, { hardware: 'th-2' })).toMatchObject({ recovery: true });
    expect(customOf(manifest, { hardware: 'th-2' })).not.toHaveProperty('recovery');
  });
});

test('a text with control characters has no canonical form that is JSON', () => {
  expect(() => canonical({ notes: 'two\nlines' })).toThrow('control characters');
});
