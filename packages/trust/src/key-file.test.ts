import { describe, expect, test } from 'vitest';
import { generateKey, keyidOf, openKey, readKeyFile, sealKey, signatureHolds, signPayload } from './index.ts';

const CHEAP = { memory: 8_192, passes: 1, parallelism: 1 };
const key = generateKey();
const sealed = sealKey(key, 'correct horse', { role: 'targets', label: 'alice' }, CHEAP);

describe('a key file', () => {
  test('gives the key back for the passphrase, and does not hold it in the open', () => {
    expect(openKey(sealed, 'correct horse')).toEqual({ ...key, role: 'targets', label: 'alice' });
    expect(sealed).not.toContain('PRIVATE');
  });

  const altered = (change: object) => JSON.stringify({ ...(JSON.parse(sealed) as object), ...change });
  const rows: Array<[string, string, string, string]> = [
    ['a wrong passphrase', sealed, 'wrong horse', 'unauthenticated'],
    ['an empty passphrase', sealed, '', 'unauthenticated'],
    ['another label written over it', altered({ label: 'bob' }), 'correct horse', 'unauthenticated'],
    ['another role written over it', altered({ role: 'root' }), 'correct horse', 'unauthenticated'],
    ['a short tag', altered({ tag: 'AAAA' }), 'correct horse', 'unauthenticated'],
    ['text that is not JSON', 'key', 'correct horse', 'bad-request'],
    ['JSON that is not a key file', '{"a":1}', 'correct horse', 'bad-request'],
    [
      'a cost that would exhaust the machine',
      altered({ kdf: { ...CHEAP, name: 'argon2id', salt: 'AAAA', memory: 1e9 } }),
      'correct horse',
      'bad-request',
    ],
  ];
  test.each(rows)('is refused, not crashed on: %s', (_, text, passphrase, code) => {
    expect(openKey(text, passphrase)).toMatchObject({ refused: { code } });
  });

  test('tells role and label without the passphrase', () => {
    expect(readKeyFile(sealed)).toMatchObject({ role: 'targets', label: 'alice', keyid: key.keyid });
  });

  test('is sealed anew each time', () => {
    expect(sealKey(key, 'correct horse', { role: 'targets', label: 'alice' }, CHEAP)).not.toBe(sealed);
  });
});

describe('a key', () => {
  test('has the SHA-256 of its canonical public key as its id', () => {
    const fixed = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: '00'.repeat(32) } } as const;
    expect(keyidOf(fixed)).toBe('7f7373360bc914a5d4a7bd87711615178beb6cf52494fcc49082ec65ba62908c');
  });

  test('signs what only its own public key verifies', () => {
    const { sig } = signPayload('{}', key);
    expect(signatureHolds('{}', key.public.keyval.public, sig)).toBe(true);
    expect(signatureHolds('{} ', key.public.keyval.public, sig)).toBe(false);
    expect(signatureHolds('{}', generateKey().public.keyval.public, sig)).toBe(false);
    expect(signatureHolds('{}', 'zz', sig)).toBe(false);
  });
});
