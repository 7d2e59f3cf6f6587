import { describe, expect, test } from 'vitest';
import { readCheckInAnswer } from './read-answer.ts';

const answer = (offer: unknown, more = {}) => ({ protocol: 1, pollAfterSeconds: 60, offer, ...more });

describe('an answer to a check-in', () => {
  test.each<[string, unknown, string | undefined]>([
    ['with nothing to do is heard', answer({ kind: 'none', because: 'Nothing.' }), 'none'],
    ['with an offer of an unknown kind counts as none', answer({ kind: 'calibrate', offer: 'x' }), 'none'],
    ['with an offer that does not parse goes to the core', answer({ kind: 'update', offer: 'x' }), 'update'],
    ['without an offer is none', answer(undefined), undefined],
    ['whose offer has no kind is none', answer({ offer: 'x' }), undefined],
    ['whose interval is a text is none', answer({ kind: 'none' }, { pollAfterSeconds: 'soon' }), undefined],
    ['of another protocol is none', answer({ kind: 'none' }, { protocol: 2 }), undefined],
    ['that is a page is none', undefined, undefined],
  ])('%s', (_, body, kind) => {
    expect(readCheckInAnswer(body)?.offer.kind).toBe(kind);
  });

  test('keeps fields that it does not know', () => {
    expect(readCheckInAnswer(answer({ kind: 'none', because: '' }, { mood: 1 }))).toHaveProperty('mood', 1);
  });
});
