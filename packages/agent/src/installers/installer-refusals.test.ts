import type { RefusalCode } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { installerRefusal } from './installer-refusals.ts';

describe('what an installer says', () => {
  test.each<[string, RefusalCode]>([
    ['signature verification failed: Verify error: self-signed certificate', 'bad-signature'],
    ['Authentication of all signatures failed; Compatible SW not found', 'bad-signature'],
    [
      "Installation error: Compatible mismatch: Expected 'th-1' but bundle manifest has 'th-9'",
      'wrong-hardware',
    ],
    ['SW not compatible with hardware; Image invalid or corrupted. Not installing ...', 'wrong-hardware'],
    ['Installation error: Failed updating slot rootfs.1: No space left on device', 'no-space'],
    ['Not enough free space to extract rootfs.img', 'no-space'],
    ['Already processing a different method', 'busy'],
    ['HASH mismatch : 4d858c <--> e60702', 'stage-failed'],
    ['something nobody has heard of', 'stage-failed'],
  ])('"%s" is a refusal of the kind %s, with these words', (words, code) => {
    const refusal = installerRefusal('RAUC', words);
    expect(refusal.code).toBe(code);
    expect(refusal.because).toBe(`RAUC says: ${words}`);
  });

  test('is cut where it has no end, and named where there is nothing', () => {
    expect(installerRefusal('RAUC', 'x'.repeat(9_000)).because.length).toBeLessThan(320);
    expect(installerRefusal('SWUpdate', ' \n').because).toBe('SWUpdate failed and did not say why.');
  });
});
