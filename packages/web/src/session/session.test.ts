import { describe, expect, test } from 'vitest';
import { channelRequestSchema, PERMISSIONS, type Permission, purposes, roleSchema } from '@tuesday/protocol';
import { Refused } from '../api.ts';
import { addressProblem, keyProblem, toOf, type Typed } from '../channels/to.ts';
import { type By, BY_WORDS } from '../channels/words.ts';
import { proofOf } from '../factor/code.ts';
import { PURPOSES } from '../factor/purposes.ts';
import { invitationIn } from '../join/invitation.ts';
import { codeProblem, passwordProblem } from '../join/password-rules.ts';
import { thisDevice } from '../passkeys/label.ts';
import { grantsWords, withRoles } from '../people/grants.ts';
import { BOB } from '../testing/people-story.ts';
import { failureOf, refusalWords } from '../ui/failure.ts';
import { refusalFor } from './allowed.ts';

describe('what the console keeps a copy of', () => {
  test('permissions are the protocol’s, for every role and every permission', () => {
    let refused = 0;
    for (const permission of Object.keys(PERMISSIONS) as Permission[]) {
      const having: readonly string[] = PERMISSIONS[permission];
      for (const role of roleSchema.options) {
        const account = { ...BOB, fleets: [{ fleet: 'f', name: 'F', roles: [role] }] };
        const refusal = refusalFor(account, permission);
        expect(refusal === undefined, `${role} ${permission}`).toBe(having.includes(role));
        if (refusal !== undefined) refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  test('purposes are the protocol’s', () => {
    const said = (of: typeof purposes) =>
      Object.entries(of).map(([name, purpose]) => [
        name,
        typeof purpose === 'string' ? purpose : purpose('x y'),
      ]);
    expect(said(PURPOSES)).toEqual(said(purposes));
  });
});

describe('a typed second factor', () => {
  test.each([
    ['six digits', '123456', { proof: { kind: 'totp', code: '123456' } }],
    ['six digits as apps set them', ' 123 456 ', { proof: { kind: 'totp', code: '123456' } }],
    [
      'a recovery code keeps its shape',
      ' k0m4x-7pq20 ',
      { proof: { kind: 'recovery', code: 'k0m4x-7pq20' } },
    ],
    ['five digits', '12345', { problem: 'A code has six digits; this has 5.' }],
    ['letters too few', 'abc', { problem: 'Neither six digits nor a recovery code.' }],
    ['nothing', '  ', { problem: 'Type the six digits that your authenticator shows now.' }],
  ])('%s', (_, typed, expected) => {
    expect(proofOf(typed)).toEqual(expected);
  });
});

describe('joining', () => {
  test('the invitation is read from the link, and an empty one is none', () => {
    expect(invitationIn('#invitation=abc-_')).toBe('abc-_');
    expect(invitationIn('#invitation=')).toBeUndefined();
    expect(invitationIn('#token=x')).toBeUndefined();
  });

  test('rules are told while typing', () => {
    expect(passwordProblem('short')).toContain('this has 5');
    expect(passwordProblem('four words for a door')).toBeUndefined();
    expect(passwordProblem('x'.repeat(257))).toContain('at most 256');
    expect([codeProblem('123 456'), codeProblem('12')]).toEqual([
      undefined,
      expect.stringContaining('six digits'),
    ]);
  });

  test.each([
    [
      'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/155.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) Version/20.0 Safari/604.1', 'Safari on iOS'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox on Linux'],
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/155.0 Safari/537.36 Edg/155.0', 'Edge on Windows'],
  ])('a passkey is first named after its device: %s', (agent, expected) => {
    expect(thisDevice(agent)).toBe(expected);
  });
});

describe('a failure in words', () => {
  test('a refusal is the server’s own, with how long to wait and who was faster', () => {
    const refusal = {
      code: 'conflict' as const,
      because: 'carol changed it',
      try: 'read it again and repeat',
    };
    expect(refusalWords(refusal)).toBe(
      'Somebody was faster. Refused: carol changed it. Try: read it again and repeat.',
    );
    expect(refusalWords({ ...refusal, code: 'busy' }, 90)).toBe(
      'Refused: carol changed it. Try: read it again and repeat. Again in 1 min 30 s.',
    );
  });

  test('an ended session and a silent server say what to do, never only that it failed', () => {
    const out = new Refused({ code: 'unauthenticated', because: 'x', try: 'y' });
    expect(failureOf(out).words).toContain('still here');
    expect(failureOf(new Error('x'), 'tuesday rollout view r1').words).toBe(
      'Not sent: the server does not answer. From a terminal: tuesday rollout view r1',
    );
  });
});

describe('where notifications go', () => {
  const typed: Readonly<Record<By, Omit<Typed, 'by'>>> = {
    email: { address: 'a@example.com, b@example.com', key: '' },
    slack: { address: 'https://hooks.example.com/x', key: '' },
    teams: { address: 'https://teams.example.com/x', key: '' },
    webhook: { address: 'http://127.0.0.1:9/in', key: '' },
    pagerduty: { address: '', key: 'R0UT1NGKEY' },
    opsgenie: { address: 'https://eu.example.com/v2/alerts', key: 'genie-key-1' },
  };
  test.each(Object.keys(BY_WORDS) as By[])('what the form makes for %s is what the server takes', (by) => {
    const given = { by, ...typed[by] };
    expect([addressProblem(given), keyProblem(given)]).toEqual([undefined, undefined]);
    expect(channelRequestSchema.safeParse({ name: 'x', to: toOf(given) }).success).toBe(true);
  });

  test.each<[string, Typed]>([
    ['an address without a scheme', { by: 'slack', address: 'hooks.example.com', key: '' }],
    ['one bad e-mail of two', { by: 'email', address: 'a@example.com, b', key: '' }],
    ['nothing', { by: 'webhook', address: ' ', key: '' }],
    ['a script', { by: 'teams', address: 'javascript:alert(1)', key: '' }],
  ])('the form refuses %s', (_, given) => {
    expect(addressProblem(given)).toBeDefined();
  });

  test('a pager wants its key', () => {
    expect(keyProblem({ by: 'pagerduty', address: '', key: 'short' })).toContain('at least 8');
  });
});

describe('roles by fleet', () => {
  test('a fleet without a role is left out', () => {
    expect(withRoles({ a: ['viewer'] }, 'b', ['operator'])).toEqual({ a: ['viewer'], b: ['operator'] });
    expect(withRoles({ a: ['viewer'] }, 'a', [])).toEqual({});
    expect(grantsWords({ a: ['viewer', 'support'], b: [] })).toEqual(['a: viewer, support']);
    expect(grantsWords({})).toEqual(['no role anywhere']);
  });
});
