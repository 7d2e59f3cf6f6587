import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Updater } from 'tuf-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRoot, generateKey, headOf, type KeyPair, signRoot } from './index.ts';
import {
  BYTES,
  type Keys,
  type LoopbackServer,
  makeKeys,
  publish,
  rootPlanOf,
  serve,
  type Served,
  signBy,
  TARGET,
  targetsSigned,
} from './testing/served-repository.ts';

let folder: string;
const keys: Keys = makeKeys();
const [alice, bob] = keys.targets;
const stranger = generateKey();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tuesday-trust-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A device that pins this root and keeps what it has seen in `folder`. */
function pin(root: string) {
  writeFileSync(join(folder, 'root.json'), root);
}

async function fetchTarget(server: LoopbackServer): Promise<Buffer> {
  const updater = new Updater({
    metadataDir: folder,
    metadataBaseUrl: `${server.url}/metadata`,
    targetDir: folder,
    targetBaseUrl: `${server.url}/targets`,
    config: { fetchRetries: 0 },
  });
  const info = await updater.getTargetInfo(TARGET);
  if (!info) throw new Error('no such target');
  return readFileSync(await updater.downloadTarget(info, join(folder, 'bundle')));
}

function rootOf(served: Served): string {
  return String(served['metadata/1.root.json']);
}

describe('a repository of ours, read by the real tuf-js', () => {
  test('is accepted when two people signed, with the bytes that were signed', async () => {
    const served = publish(keys, targetsSigned([alice, bob]));
    pin(rootOf(served));
    await using server = await serve(served);
    expect(await fetchTarget(server)).toEqual(BYTES);
  });

  const tampered = (change: { size?: number; sha256?: string }) =>
    publish(keys, targetsSigned([alice, bob], change));
  const refused: Array<[string, () => Served, RegExp]> = [
    ['one signature of two', () => publish(keys, targetsSigned([alice])), /signed by 1\/2/],
    ['an unknown key as the second', () => publish(keys, targetsSigned([alice, stranger])), /signed by 1\/2/],
    ['no signature', () => publish(keys, targetsSigned([])), /signed by 0\/2/],
    ['the same key twice', () => publish(keys, twice(alice)), /multiple signatures/],
    ['a signed length that is not the length', () => tampered({ size: BYTES.length + 1 }), /length/i],
    ['a signed digest that is not the digest', wrongDigest, /hash/i],
    ['a timestamp that expired', () => publish(keys, targetsSigned([alice, bob]), 1, 0), /expired/],
  ];
  test.each(refused)('is refused: %s', async (_, make, words) => {
    const served = make();
    pin(rootOf(served));
    await using server = await serve(served);
    await expect(fetchTarget(server)).rejects.toThrow(words);
  });

  test('is refused when older timestamp, snapshot or targets are served again', async () => {
    const targets = targetsSigned([alice, bob]);
    const [old, fresh] = [publish(keys, targets, 1), publish(keys, targets, 2)];
    pin(rootOf(fresh));
    await using server = await serve(fresh);
    await fetchTarget(server);
    server.served = old;
    await expect(fetchTarget(server)).rejects.toThrow(/less than current/);
    const mixed = { ...fresh, 'metadata/2.targets.json': targetsSigned([bob, alice], { size: 1 }) };
    server.served = mixed;
    rmSync(join(folder, 'targets.json'));
    await expect(fetchTarget(server)).rejects.toThrow(/length|hash/i);
  });
});

describe('a root rotation, read by the real tuf-js', () => {
  const next = { ...keys, root: [generateKey(), generateKey()] as [KeyPair, KeyPair] };
  const rotated = createRoot({ ...rootPlanOf(next), version: 2 });
  const rows: Array<[string, KeyPair[], RegExp | undefined]> = [
    ['both old and both new keys signed: accepted', [...keys.root, ...next.root], undefined],
    ['one old key is missing: refused', [keys.root[0], ...next.root], /signed by 1\/2/],
    ['one new key is missing: refused', [...keys.root, next.root[0]], /signed by 1\/2/],
  ];
  test.each(rows)('%s', async (_, signers, words) => {
    const served = publish(keys, targetsSigned([alice, bob]));
    pin(rootOf(served));
    await using server = await serve({ ...served, 'metadata/2.root.json': signRoot(rotated, signers) });
    if (words) await expect(fetchTarget(server)).rejects.toThrow(words);
    else await fetchTarget(server);
    const trusted = headOf(readFileSync(join(folder, 'root.json'), 'utf8')).version;
    expect(trusted).toBe(words ? 1 : 2);
  });
});

function twice(signer: KeyPair): string {
  const good = JSON.parse(targetsSigned([signer])) as { signed: unknown; signatures: unknown[] };
  return JSON.stringify({ ...good, signatures: [...good.signatures, ...good.signatures] });
}

function wrongDigest(): Served {
  const sha256 = 'ab'.repeat(32);
  const served = publish(keys, targetsSigned([alice, bob], { sha256 }));
  return { ...served, [`targets/3.2.5/${sha256}.th-2.bundle`]: BYTES };
}

test('signing again changes nothing: Ed25519 is deterministic', () => {
  const payload = createRoot(rootPlanOf(keys));
  expect(signBy(payload, alice)).toBe(signBy(payload, alice));
});
