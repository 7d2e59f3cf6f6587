import { describe, expect, test } from 'vitest';
import {
  assemble,
  countValidSignatures,
  createRoot,
  emptyTargets,
  generateKey,
  type KeyPair,
  payloadOf,
  signPayload,
  signRoot,
  verifyFirstTrust,
  verifyMetadata,
  verifyRotation,
  verifySignature,
} from './index.ts';
import { makeKeys, NOW, rootPlanOf, signBy } from './testing/served-repository.ts';

const keys = makeKeys();
const root = signRoot(createRoot(rootPlanOf(keys)), keys.root);
const [alice, bob] = keys.targets;
const stranger = generateKey();
const payload = emptyTargets({ now: NOW });
const by = (...signers: KeyPair[]) => signers.map((signer) => signPayload(payload, signer));

describe('valid signatures are counted by different keys', () => {
  const rows: Array<[string, ReturnType<typeof by>, number]> = [
    ['nobody', [], 0],
    ['one', by(alice), 1],
    ['the same key twice', by(alice, alice), 1],
    ['two', by(alice, bob), 2],
    ['a stranger besides', by(alice, stranger), 1],
    ['a root key besides', by(alice, keys.root[0]), 1],
    ['a signature under the other name', [...by(alice), { ...by(alice)[0]!, keyid: bob.keyid }], 1],
    ['a signature over other bytes', [...by(alice), signPayload('{}', bob)], 1],
  ];
  test.each(rows)('%s', (_, signatures, count) => {
    expect(countValidSignatures(root, 'targets', payload, signatures)).toBe(count);
  });

  test('one public key under two ids counts once', () => {
    const parsed = JSON.parse(root) as { signed: RootJson };
    parsed.signed.keys['ff'.repeat(32)] = alice.public;
    parsed.signed.roles.targets.keyids.push('ff'.repeat(32));
    const signatures = [...by(alice), { ...by(alice)[0]!, keyid: 'ff'.repeat(32) }];
    expect(countValidSignatures(JSON.stringify(parsed), 'targets', payload, signatures)).toBe(1);
    const rotten = signRoot(payloadOf(JSON.stringify(parsed)), keys.root);
    expect(verifyFirstTrust(rotten, signBy(payload, alice, bob))).toMatchObject({
      refused: { code: 'metadata-invalid' },
    });
  });
});

interface RootJson {
  keys: Record<string, unknown>;
  roles: { targets: { keyids: string[] } };
}

describe('a single signature', () => {
  const sig = signPayload(payload, alice).sig;
  const rows: Array<[string, string, string, object]> = [
    ['of a listed key is valid', alice.keyid, sig, { valid: true }],
    ['of a stranger is refused', stranger.keyid, sig, { refused: { code: 'unknown-key' } }],
    ['of another person is refused', bob.keyid, sig, { refused: { code: 'bad-signature' } }],
    ['that is no hex is refused', alice.keyid, 'nonsense', { refused: { code: 'bad-signature' } }],
  ];
  test.each(rows)('%s', (_, keyid, signature, expected) => {
    expect(verifySignature(root, 'targets', payload, keyid, signature)).toMatchObject(expected);
  });
});

describe('metadata against a root', () => {
  const single = createRoot({
    ...rootPlanOf(keys),
    thresholds: { root: 2, targets: 1, snapshot: 1, timestamp: 1 },
  });
  const two = createRoot({ ...rootPlanOf(keys), version: 2 });
  const three = createRoot({ ...rootPlanOf(keys), version: 3 });
  const targets = signBy(payload, alice, bob);
  const rows: Array<[string, () => unknown, string | undefined]> = [
    ['a first root and targets of two people fit', () => verifyFirstTrust(root, targets), undefined],
    [
      'targets of one person do not',
      () => verifyFirstTrust(root, signBy(payload, alice)),
      'threshold-not-met',
    ],
    [
      'a root that one person could overrule does not',
      () => verifyFirstTrust(signRoot(single, keys.root), targets),
      'metadata-invalid',
    ],
    [
      'a root of one signature does not',
      () => verifyFirstTrust(signRoot(single, [keys.root[0]]), targets),
      'threshold-not-met',
    ],
    ['one role is not another', () => verifyMetadata(root, 'targets', root), 'metadata-invalid'],
    ['text is not metadata', () => verifyMetadata(root, 'targets', 'hello'), 'metadata-invalid'],
    ['a root follows the one before', () => verifyRotation(root, signRoot(two, keys.root)), undefined],
    [
      'a root that skips one does not',
      () => verifyRotation(root, signRoot(three, keys.root)),
      'metadata-replayed',
    ],
    ['the same root again does not', () => verifyRotation(root, root), 'metadata-replayed'],
  ];
  test.each(rows)('%s', (_, judge, code) => {
    const judged = judge() as { refused?: { code: string } };
    expect(judged.refused?.code).toBe(code);
  });
});

describe('what cannot be made', () => {
  test('a root whose threshold needs the same key twice', () => {
    const rootKeys = [alice.public, alice.public];
    expect(() => createRoot({ ...rootPlanOf(keys), rootKeys })).toThrow(/1 different keys .* 2/);
  });
  test('a file with one key signing twice', () => {
    expect(() => assemble(payload, by(alice, alice))).toThrow('a key signs once');
  });
  test('a file over bytes that are not canonical', () => {
    expect(() => assemble(` ${payload}`, by(alice))).toThrow('not canonical');
  });
});
