import { describe, expect, test } from 'vitest';
import { parseOptions } from './options.ts';

describe('npm start', () => {
  test('runs the demo by default, an hour in 15 seconds', () => {
    expect(parseOptions([])).toMatchObject({ demo: true, devices: 240, rate: 240, port: 8470 });
  });
  test('--no-demo is an empty control plane', () => {
    expect(parseOptions(['--no-demo'])).toMatchObject({ demo: false });
  });
  test.each([
    ['an unknown option', ['--demoo'], 'demoo'],
    ['a port that is no port', ['--port', '99999'], '--port'],
    ['too few devices for the story', ['--devices', '3'], '--devices'],
    ['a word that is no option', ['now'], 'now'],
  ])('%s is refused with a line that names it', (_, args, word) => {
    expect(parseOptions(args)).toMatchObject({ problem: expect.stringContaining(word) as string });
  });
});
