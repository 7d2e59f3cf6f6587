import { expect, test } from 'vitest';
import { VOID } from '../testing/void-story.ts';
import { HALF_SIGNED } from '../testing/release-story.ts';
import { voidOf } from './void-signatures.tsx';

const words = (have: typeof HALF_SIGNED.signatures.have) =>
  voidOf(VOID.signed, have).map(({ because }) => because);

test('a signature is void when the log has it and the release has not', () => {
  expect(words(HALF_SIGNED.signatures.have)).toEqual(['signed by carol']);
  expect(words([])).toEqual(['signed by alice', 'signed by carol']);
  expect(words([...HALF_SIGNED.signatures.have, { keyid: 'c'.repeat(64), label: 'carol' }])).toEqual([]);
});
