import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDemoTrust } from './demo-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'demo-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the keys of the demo', () => {
  test('are made once: a later run opens the same ones', async () => {
    const first = await openDemoTrust(folder, 1_000);
    const second = await openDemoTrust(folder, 2_000);
    expect(second.install).toEqual(first.install);
    expect((await second.key('alice')).keyid).toBe((await first.key('alice')).keyid);
  });

  test('belong to two different people', async () => {
    const trust = await openDemoTrust(folder, 1_000);
    const [alice, bob] = [await trust.key('alice'), await trust.key('bob')];
    expect(alice.keyid).not.toBe(bob.keyid);
    expect([trust.install.labels[alice.keyid], trust.install.labels[bob.keyid]]).toEqual(['alice', 'bob']);
  });
});
