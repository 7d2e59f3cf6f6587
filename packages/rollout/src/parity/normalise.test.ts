import { normalisationSchema, type Normalisation } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise } from './normalise.ts';

const rules = (given: object = {}): Normalisation => normalisationSchema.parse(given);

describe('a spelling', () => {
  test.each<[string, object, string, string]>([
    ['stays as it is without rules', {}, 'mosquitto 2.0.18', 'mosquitto 2.0.18'],
    ['loses its packaging', { cutAfterVersion: '-+~' }, 'mosquitto 2.0.18-1+deb12', 'mosquitto 2.0.18'],
    ['keeps a hyphen in its name', { cutAfterVersion: '-' }, 'u-boot 2023.01-rc2', 'u-boot 2023.01'],
    ['becomes another by name', { as: { Mosquitto: 'mosquitto 2.0.18' } }, 'Mosquitto', 'mosquitto 2.0.18'],
    [
      'that is named is taken as it is meant',
      { as: { A: 'B-1' }, lowerCase: true, cutAfterVersion: '-' },
      'A',
      'B-1',
    ],
    ['is no property of every object', { as: {} }, 'constructor', 'constructor'],
    ['becomes lower case', { lowerCase: true }, 'EMQX 5', 'emqx 5'],
    ['keeps two groups', { keepParts: 2 }, 'mosquitto 2.0.18', 'mosquitto 2.0'],
    ['keeps one group', { keepParts: 1 }, '5.4', '5'],
    ['keeps what it has when it has fewer groups', { keepParts: 3 }, 'linux 6.1', 'linux 6.1'],
    [
      'keeps what stands behind the version',
      { keepParts: 1 },
      'nats 2.9.10 (jetstream)',
      'nats 2 (jetstream)',
    ],
    ['without a number keeps everything', { keepParts: 1 }, 'unknown.', 'unknown.'],
    ['below the first step', { steps: [1, 3] }, '0.5', '< 1'],
    ['at a step belongs above it', { steps: [1, 3] }, '1', '1 to 3'],
    ['above the last step', { steps: [1, 3] }, '7 years', '>= 3'],
    ['that is no number has no step', { steps: [1, 3] }, 'new', 'new'],
    ['that would be nothing stays', { cutAfterVersion: ' ' }, ' ', ' '],
  ])('%s', (_, given, spelling, value) => {
    expect(normalise(rules(given), spelling)).toBe(value);
  });

  test('gives one value that is not empty, the same each time, and for its own value again', () => {
    const reached = { cut: 0, kept: 0, steps: 0 };
    const given = fc.record({
      lowerCase: fc.boolean(),
      cutAfterVersion: fc.constantFrom('', '-', '-+~'),
      keepParts: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    });
    const spelling = fc
      .stringMatching(/^[a-zA-Z]{0,5} ?[0-9.]{0,8}[-+~]?[a-z0-9.]{0,6}$/)
      .filter((text) => text !== '');
    fc.assert(
      fc.property(given, spelling, (one, text) => {
        const value = normalise(rules(one), text);
        expect(value).not.toBe('');
        expect(normalise(rules(one), value)).toBe(value);
        if (one.cutAfterVersion !== '' && value.length < text.trim().length) reached.cut++;
        if (one.keepParts !== undefined && value !== text) reached.kept++;
      }),
      { numRuns: 2_000 },
    );
    expect(reached.cut).toBeGreaterThan(50);
    expect(reached.kept).toBeGreaterThan(50);
  });
});
