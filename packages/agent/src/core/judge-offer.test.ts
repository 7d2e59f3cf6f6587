import { describe, expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { initialJournal } from './journal.ts';
import { judgeSigned } from './judge-offer.ts';

const from = (running: ReturnType<typeof pretendRelease>, securityVersion = 2) => ({
  booted: 'a' as const,
  journal: { ...initialJournal(running.signed.custom), securityVersion },
});

const r324 = pretendRelease('3.2.4', { securityVersion: 2 });
const r325 = pretendRelease('3.2.5', { securityVersion: 2, wayBack: '3.2.4' });
const old323 = pretendRelease('3.2.3', { securityVersion: 2 });
const weak324 = pretendRelease('3.2.4', { securityVersion: 1 });

describe('a signed target', () => {
  test.each([
    ['a higher version is taken', r325, from(r324), {}, null],
    ['the signed way back is taken', r324, from(r325), {}, null],
    ['a lower version that is not the way back is refused', old323, from(r325), {}, 'not-a-way-back'],
    ['a lower version without any way back is refused', old323, from(r324), {}, 'not-a-way-back'],
    [
      'firmware whose label was lost takes any signed release',
      r324,
      { ...from(r325), booted: 'b' as const },
      {},
      null,
    ],
    ['a way back below the security version is refused', weak324, from(r325), {}, 'below-security-version'],
    [
      'another hardware model is refused',
      pretendRelease('3.2.5', { hardware: 'th-3', securityVersion: 2 }),
      from(r324),
      {},
      'wrong-hardware',
    ],
    [
      'a device below the floor is refused',
      pretendRelease('4.0.0', { floor: '3.9.0', securityVersion: 2 }),
      from(r324),
      {},
      'below-floor',
    ],
    [
      'an offer of another version than the signed one is refused',
      r325,
      from(r324),
      { version: '3.2.6' },
      'offer-invalid',
    ],
    [
      'the way back by another target path is refused',
      r324,
      from(r325),
      { target: 'elsewhere/th-2.bundle' },
      'not-a-way-back',
    ],
  ])('%s', (_, release, state, change, expected) => {
    const offer = { version: release.signed.custom.version, target: release.target, ...change };
    expect(judgeSigned(offer, release.signed, state, { hardware: 'th-2' })?.code ?? null).toBe(expected);
  });
});
