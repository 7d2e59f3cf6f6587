import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TargetCustom } from '@tuesday/protocol';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { makeBundle } from './bundle.ts';
import { ProcessSlots } from './process-slots.ts';

const top = mkdtempSync(join(tmpdir(), 'slots-'));
afterAll(() => rmSync(top, { recursive: true }));

const custom: TargetCustom = { tuesday: 1, version: '3.2.5', hardware: 'th-1', securityVersion: 0 };
const good = makeBundle({ version: '3.2.5', hardware: 'th-1' }, 'process.exit(0)');

function signedFor(bytes: Buffer) {
  return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), custom };
}

let slots: ProcessSlots;
let bundle: string;
beforeEach(() => {
  const folder = mkdtempSync(join(top, 'device-'));
  slots = new ProcessSlots(folder);
  bundle = join(folder, 'bundle');
});

describe('process slots', () => {
  test('a bundle that reads back as signed makes the slot whole', async () => {
    writeFileSync(bundle, good);
    expect(await slots.write('b', bundle, signedFor(good))).toEqual({ written: true });
    expect(await slots.found()).toEqual({ a: null, b: custom });
  });

  test.each<[string, Buffer, Buffer, string]>([
    ['other bytes than were signed', good, Buffer.from('other'), 'wrong-digest'],
    ['something that is no bundle', Buffer.from('#!/bin/sh\n'), good, 'stage-failed'],
    [
      'a bundle for other hardware',
      makeBundle({ version: '3.2.5', hardware: 'th-2' }, ''),
      good,
      'wrong-hardware',
    ],
    [
      'a bundle of another version',
      makeBundle({ version: '3.2.4', hardware: 'th-1' }, ''),
      good,
      'offer-invalid',
    ],
  ])('%s: refused, and the slot is bad even if it was whole before', async (_, bytes, signedBytes, code) => {
    writeFileSync(bundle, good);
    await slots.write('b', bundle, signedFor(good));
    writeFileSync(bundle, bytes);
    const result = await slots.write('b', bundle, signedFor(signedBytes));
    expect(result).toMatchObject({ refused: { code } });
    expect(await slots.found()).toEqual({ a: null, b: null });
  });

  test('a label without its program counts for nothing', async () => {
    writeFileSync(bundle, good);
    await slots.write('a', bundle, signedFor(good));
    rmSync(slots.program('a'));
    expect((await slots.found()).a).toBeNull();
  });
});
