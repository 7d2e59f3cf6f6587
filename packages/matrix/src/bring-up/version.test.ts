import { describe, expect, test } from 'vitest';
import { NotRun } from './service.ts';
import { meaningOf } from './version.ts';

const mosquitto = { says: 'mosquitto version {}', means: 'mosquitto {}' };

describe('what a broker says', () => {
  test.each([
    [mosquitto, 'mosquitto version 2.0.18', 'mosquitto 2.0.18'],
    [mosquitto, ' mosquitto version 2.0.18\n', 'mosquitto 2.0.18'],
    [{ says: '{} (build)', means: '{}' }, '4.1.0 (build)', '4.1.0'],
    // Means is no pattern of replacement.
    [{ says: '{}', means: '{}' }, "$&$'", "$&$'"],
  ])('becomes the value that it means: %j', (reads, text, value) => {
    expect(meaningOf(reads, text)).toBe(value);
  });

  test.each(['', 'mosquitto version ', 'nats 2.9', 'version 2.0.18'])(
    'is not taken for one otherwise: "%s"',
    (text) => {
      expect(() => meaningOf(mosquitto, text)).toThrow(NotRun);
    },
  );
});
