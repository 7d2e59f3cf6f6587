import { describe, expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { initialJournal } from './journal.ts';
import { agentConfig } from './config.ts';
import { judgeOffer, judgeShape, judgeSigned, parseOffer } from './judge-offer.ts';

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

describe('an offer', () => {
  const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
  const control = { defaultSlot: 'a', trialSlot: null, attempts: 0 } as const;
  const { target } = r325;
  const update = {
    kind: 'update',
    offer: 'r-1.u1',
    rollout: 'r-1',
    version: '3.2.5',
    target,
    probationSeconds: 60,
  };
  const back = { ...update, kind: 'recall', offer: 'r-1.r1', version: '3.2.4', target: r324.target };
  const fled = (retried: string[]) => {
    const known = from(r324);
    return { ...known, journal: { ...known.journal, rolledBackFrom: ['3.2.5'], retried } };
  };

  test.each<[string, object, ReturnType<typeof from> & { control?: object }, string | null]>([
    ['to this device is taken', { ...update, device: 'd-1' }, from(r324), null],
    ['to nobody in particular is taken, as older servers make it', update, from(r324), null],
    ['to another device is refused', { ...update, device: 'd-2' }, from(r324), 'wrong-device'],
    [
      'with a negative probation is refused',
      { ...update, probationSeconds: -1 },
      from(r324),
      'offer-invalid',
    ],
    ['without a target is refused', { ...update, target: '' }, from(r324), 'offer-invalid'],
    ['of the running version under its own target is no contradiction', update, from(r325), null],
    [
      'of the running version under another target is refused',
      { ...update, target: 'x/y.bundle' },
      from(r325),
      'offer-invalid',
    ],
    ['that is a recall and a second try is refused', { ...back, retry: true }, from(r325), 'offer-invalid'],
    ['back along the signed way is taken', back, from(r325), null],
    ['back without a signed way back is refused', back, from(pretendRelease('3.2.5')), 'not-a-way-back'],
    [
      'back to another version than the signed one is refused',
      { ...back, version: '3.2.3' },
      from(r325),
      'not-a-way-back',
    ],
    [
      'back by a device that knows nothing of what it runs is left to the signature',
      back,
      { ...from(r325), booted: 'b' as never, control: { ...control, defaultSlot: 'b' } },
      null,
    ],
    ['of a release that this device went back from is refused', update, fled([]), 'tried-before'],
    ['of that release, when an operator says so, is taken', { ...update, retry: true }, fled([]), null],
    [
      'by which that was tried already is refused',
      { ...update, retry: true },
      fled(['r-1.u1']),
      'tried-before',
    ],
    [
      'that calls itself a second try of a release never tried is like any other',
      { ...update, retry: true },
      from(r324),
      null,
    ],
    [
      'on a boot loader that does not boot its default slot is refused: the default slot would be written',
      update,
      { ...from(r324), control: { ...control, defaultSlot: 'b' } },
      'interrupted',
    ],
  ])('%s', (_, offer, known, expected) => {
    const state = { control, ...known } as never;
    const parsed = parseOffer(offer as never);
    const refusal =
      'refused' in parsed
        ? parsed.refused
        : parsed.offer && (judgeShape(parsed.offer, state, config) ?? judgeOffer(parsed.offer, state));
    expect(refusal?.code ?? null).toBe(expected);
  });

  test('that does not parse is refused with the field', () => {
    expect(parseOffer({ ...update, probationSeconds: -1 } as never)).toMatchObject({
      refused: { field: 'probationSeconds', because: expect.stringContaining('probationSeconds') },
    });
  });
});
