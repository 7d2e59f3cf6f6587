import { argon2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './hash.ts';
import { judgePassword } from './rules.ts';

describe('a password at rest', () => {
  test('is Argon2id with 19 MiB and two passes, and its own salt', async () => {
    const [one, two] = [await hashPassword('a few words do'), await hashPassword('a few words do')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
  });

  test('is what the synchronous function of the platform computes', async () => {
    const [, , , , salt = '', tag = ''] = (await hashPassword('a few words do')).split('$');
    const computed = argon2Sync('argon2id', {
      message: 'a few words do',
      nonce: Buffer.from(salt, 'base64'),
      parallelism: 1,
      tagLength: 32,
      memory: 19_456,
      passes: 2,
    });
    expect(computed.toString('base64').replace(/=+$/, '')).toBe(tag);
  });

  test.each<[string, string, boolean]>([
    ['the same', 'Gr\u00fc\u00dfe an alle hier', true],
    ['the same with a letter typed in two parts', 'Gru\u0308\u00dfe an alle hier', true],
    ['another case', 'gr\u00fc\u00dfe an alle hier', false],
    ['a space more', 'Gr\u00fc\u00dfe an alle hier ', false],
    ['nothing', '', false],
  ])('lets in by %s: %s', async (_, typed, expected) => {
    expect(await verifyPassword(await hashPassword('Gr\u00fc\u00dfe an alle hier'), typed)).toBe(expected);
  });

  test('of older parameters is still verified', async () => {
    const nonce = Buffer.alloc(16, 1);
    const tag = argon2Sync('argon2id', {
      message: 'x',
      nonce,
      parallelism: 2,
      tagLength: 16,
      memory: 64,
      passes: 1,
    });
    const plain = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const kept = `$argon2id$v=19$m=64,t=1,p=2$${plain(nonce)}$${plain(tag)}`;
    expect(await verifyPassword(kept, 'x')).toBe(true);
    expect(await verifyPassword(kept, 'y')).toBe(false);
  });

  test('of nobody is never right, and what is no hash is a fault', async () => {
    expect(await verifyPassword(null, '')).toBe(false);
    await expect(verifyPassword('plain', 'plain')).rejects.toThrow('PHC');
  });
});

describe('a new password', () => {
  test.each<[string, string, boolean]>([
    ['a few words', 'correct horse battery', true],
    ['random characters', 'q8#Lw!2v^zR0', true],
    ['one letter held down', 'aaaaaaaaaaaaaaaa', false],
    ['a short piece again and again', 'abcdefabcdefabcdef', false],
    ['the name again and again', 'alice.alice.alice', false],
    ['the name with digits', 'Alice-1 Alice', false],
    ['the display name', 'Alice Andersson!', false],
    ['the product', 'tuesday-tuesday1', false],
    ['the name among other words', 'alice likes trains', true],
  ])('of %s (%s) is taken: %s', (_, password, expected) => {
    const judged = judgePassword(password, 'alice', 'Alice Andersson');
    expect('ok' in judged).toBe(expected);
    if ('refused' in judged) expect(judged.refused.field).toBe('password');
  });
});
